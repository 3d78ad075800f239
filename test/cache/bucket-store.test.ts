import { expect, test } from "vitest";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { failure } from "./fake-source.ts";
import { MIB, open, openBucket, put } from "./bucket-stage.ts";
import { headerOf, keyOf, LIFE } from "./keys.ts";
import { asStream, createClock, get, pattern } from "./stage.ts";

const fail = () => Promise.reject(failure("unavailable"));

test("keeps entries in a bucket, for every process that knows it", async () => {
  const [bucket, clock] = [openBucket(), createClock(Date.now())];
  const large = pattern("large", 3 * MIB);
  const store = open(bucket, clock);
  await put(store, "small", "0123456789", clock);
  await put(store, "large", large, clock);
  const other = open(bucket, clock);
  expect(await get(other, keyOf("small"))).toBe("0123456789");
  const entry = await other.open(keyOf("large"));
  expect(entry?.header).toMatchObject({ size: large.length, headers: { "x-a": "b" } });
  expect(large.equals(await entry!.bytes())).toBe(true);
  const range = { start: 2 * MIB, end: 2 * MIB + 9 };
  expect(large.subarray(range.start, range.end + 1).equals(await entry!.bytes(range))).toBe(true);
  expect([await other.has(keyOf("small")), await other.has(keyOf("none"))]).toEqual([true, false]);
  expect(await other.open(keyOf("none"))).toBeUndefined();
  clock.at += LIFE;
  expect(await other.open(keyOf("small"))).toBeUndefined();
});

test("an entry that is replaced after it was opened is lost, never mixed", async () => {
  const [bucket, clock] = [openBucket(), createClock(Date.now())];
  const store = open(bucket, clock);
  await put(store, "a", pattern("old", MIB), clock);
  const entry = await store.open(keyOf("a"));
  await put(store, "a", pattern("new", MIB), clock);
  await expect(entry!.bytes()).rejects.toThrow("no longer");
});

test("can be read while it arrives; what breaks off is not kept", async () => {
  const [bucket, clock] = [openBucket(), createClock(Date.now())];
  const store = open(bucket, clock);
  const arriving = new TransformStream<Uint8Array, Uint8Array>();
  const writer = arriving.writable.getWriter();
  await store.put(headerOf(keyOf("a"), 6, clock), arriving.readable);
  const reader = asStream(await (await store.open(keyOf("a")))!.read()).getReader();
  await writer.write(Buffer.from("abc"));
  expect(Buffer.from((await reader.read()).value!).toString()).toBe("abc");
  await writer.close();
  await expect(reader.read()).rejects.toThrow("ended early");
  await store.settled();
  expect((await store.stats()).entries).toBe(0);
});

test("purges by object, by prefix, and all", async () => {
  const [bucket, clock] = [openBucket(), createClock(Date.now())];
  const store = open(bucket, clock);
  for (const name of ["a/1", "a/2", "ab", "b"]) await put(store, name, name, clock);
  const scope = { provider: "s3", bucket: "bucket" };
  expect(await store.purge({ ...scope, key: "b" })).toMatchObject({ entries: 1 });
  expect(await store.purge({ ...scope, prefix: "a/" })).toMatchObject({ entries: 2 });
  expect(await get(store, keyOf("ab"))).toBe("ab");
  expect(await store.purge({ all: true })).toMatchObject({ entries: 1 });
});

test("a bucket that fails is passed by", async () => {
  const clock = createClock(Date.now());
  const bucket: Bucket = { ...openBucket(), read: fail, write: fail, stat: fail, remove: fail };
  const store = open(bucket, clock);
  expect(await put(store, "a", "a", clock)).toBe(true);
  expect(await store.open(keyOf("a"))).toBeUndefined();
  expect(await store.has(keyOf("a"))).toBe(false);
  await store.remove(keyOf("a"));
});
