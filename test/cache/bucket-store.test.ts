import { expect, test } from "vitest";
import { silentLog } from "@remote-storage/core/log.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { openBucketStore, type BucketStore } from "../../functions/cache/bucket/bucket-store.ts";
import { sweep } from "../../functions/cache/bucket/sweep.ts";
import { openDisk } from "../../functions/providers/disk/provider.ts";
import { openBucketCaches, sweepBucketCaches } from "../../functions/cache/open-bucket-caches.ts";
import { failure, fakeSource } from "./fake-source.ts";
import { headerOf, keyOf, LIFE } from "./keys.ts";
import { asStream, createClock, get, pattern, temporaryFolder, type Clock } from "./stage.ts";

const MIB = 1024 * 1024;

/** A real bucket: a folder of the disk provider. */
function openBucket(): Bucket {
  const config = {
    kind: "http",
    dataPath: temporaryFolder(),
    keys: { type: "keys", accessKey: "a", secretKey: "s" },
    region: "us-east-1",
    publicOrigin: () => "http://localhost",
  } as const;
  const policy = { maxExpires: 3600, window: 0 };
  return openDisk(config, { now: () => new Date(), policy, fetch }).bucket("cache");
}

const fail = () => Promise.reject(failure("unavailable"));

function open(bucket: Bucket, clock: Clock, limit = 10 * MIB): BucketStore {
  return openBucketStore({ bucket, prefix: "previews/", limit, now: clock.now, log: silentLog });
}

async function put(store: BucketStore, name: string, body: Uint8Array | string, clock: Clock) {
  const bytes = Buffer.from(body);
  const header = headerOf(keyOf(name), bytes.length, clock, { headers: { "x-a": "b" } });
  const kept = await store.put(header, ReadableStream.from([bytes]));
  await store.settled();
  return kept;
}

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

test("a sweep takes what has expired, then the oldest, and leaves other caches alone", async () => {
  const [bucket, clock] = [openBucket(), createClock(Date.now())];
  const store = open(bucket, clock);
  for (let index = 0; index < 10; index += 1) {
    await put(store, `key-${index}`, pattern("x", 100_000), clock);
  }
  const elsewhere = openBucketStore({
    bucket,
    prefix: "storage/",
    limit: MIB,
    now: clock.now,
    log: silentLog,
  });
  await put(elsewhere, "other", "other", clock);
  const options = { bucket, prefix: "previews/", limit: 500_000, expires: 3600 };
  const swept = await sweep({ ...options, now: new Date(clock.at) });
  expect(swept).toMatchObject({ expired: 0, entries: 4, evicted: 6 });
  expect(swept.bytes).toBeLessThanOrEqual(450_000);
  const late = new Date(clock.at + 3_700_000);
  expect(await sweep({ ...options, now: late })).toMatchObject({
    expired: 4,
    entries: 0,
    bytes: 0,
  });
  expect(await get(elsewhere, keyOf("other"))).toBe("other");
});

test("the three caches share a bucket, fill it, and are swept each by its own settings", async () => {
  const [bucket, clock] = [openBucket(), createClock(Date.now())];
  const settings = {
    previews: { size: MIB, expires: 3600 },
    storage: { size: MIB, expires: 10 },
    imageConverter: { size: MIB, expires: 3600 },
    revalidate: 600,
  };
  const now = () => new Date(clock.at);
  const opened = openBucketCaches(bucket, settings, { now, log: silentLog });
  const source = fakeSource("a", "original");
  await (await opened.caches.storage.open(source)).bytes();
  const key = { id: source, etag: '"1"', operation: { width: 1 } };
  const result = { body: Buffer.from("preview"), type: "image/webp", headers: {} };
  await opened.caches.previews.get(key, async () => result);
  await opened.settled();
  const again = openBucketCaches(bucket, settings, { now, log: silentLog });
  source.failure = failure("unavailable");
  const original = await again.caches.storage.open(source);
  expect(Buffer.from(await original.bytes()).toString()).toBe("original");
  expect(await again.caches.previews.peek(key)).toMatchObject({ status: "hit" });
  const swept = await sweepBucketCaches(bucket, settings, new Date(clock.at + 20_000));
  expect([swept.storage.expired, swept.previews.expired]).toEqual([1, 0]);
  expect((await again.caches.stats()).previews.entries).toBe(1);
});
