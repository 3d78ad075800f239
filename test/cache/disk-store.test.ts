import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { headerOf, keyOf, LIFE } from "./keys.ts";
import { asStream, createClock, get, openStore, pattern, put, temporaryFolder } from "./stage.ts";

const MIB = 1024 * 1024;

test("gives back what was put, whole and in ranges, with its header", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), MIB, clock);
  const headers = { "x-original-width": "10" };
  expect(await put(store, keyOf("a"), "0123456789", clock, { headers, modified: 5 })).toBe(true);
  const entry = await store.open(keyOf("a"));
  expect(entry?.header).toEqual(headerOf(keyOf("a"), 10, clock, { headers, modified: 5 }));
  expect(Buffer.from(await entry!.bytes({ start: 2, end: 4 })).toString()).toBe("234");
  expect(Buffer.from(await entry!.bytes({ start: 9, end: 9 })).toString()).toBe("9");
  expect(await get(store, keyOf("a"))).toBe("0123456789");
  expect(await store.open(keyOf("b"))).toBeUndefined();
});

test("keeps empty bodies", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), MIB, clock);
  await put(store, keyOf("empty"), "", clock);
  expect(await get(store, keyOf("empty"))).toBe("");
});

test("a new body takes the place of the old one, and readers of the old one finish it", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), 4 * MIB, clock);
  const old = pattern("old", 1.5 * MIB);
  await put(store, keyOf("a"), old, clock);
  const reader = asStream(await (await store.open(keyOf("a")))!.read()).getReader();
  const first = await reader.read();
  await put(store, keyOf("a"), "new", clock, { etag: '"2"' });
  expect(await get(store, keyOf("a"))).toBe("new");
  const rest: Uint8Array[] = [first.value!];
  for (let next = await reader.read(); !next.done; next = await reader.read())
    rest.push(next.value);
  expect(Buffer.concat(rest).equals(old)).toBe(true);
});

test("an entry that was replaced after it was opened is lost, never mixed", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), MIB, clock);
  await put(store, keyOf("a"), "old", clock);
  const entry = await store.open(keyOf("a"));
  await put(store, keyOf("a"), "new", clock, { etag: '"2"' });
  await expect(entry!.bytes()).rejects.toThrow("replaced");
});

test("can be read while it arrives, and is on disk when it has", async () => {
  const clock = createClock();
  const folder = temporaryFolder();
  const store = openStore(folder, MIB, clock);
  const arriving = new TransformStream<Uint8Array, Uint8Array>();
  const writer = arriving.writable.getWriter();
  await store.put(headerOf(keyOf("a"), 6, clock), arriving.readable);
  const reader = asStream(await (await store.open(keyOf("a")))!.read()).getReader();
  await writer.write(Buffer.from("abc"));
  expect(Buffer.from((await reader.read()).value!).toString()).toBe("abc");
  expect(readdirSync(folder, { recursive: true }).at(-1)).toMatch(/\.tmp$/);
  await writer.write(Buffer.from("def"));
  await writer.close();
  expect(Buffer.from((await reader.read()).value!).toString()).toBe("def");
  expect((await reader.read()).done).toBe(true);
  await store.settled();
  expect(await get(openStore(folder, MIB, clock), keyOf("a"))).toBe("abcdef");
});

test.each([
  ["too short", "abc"],
  ["too long", "abcdefgh"],
])("a body that is %s is not kept and breaks off for its readers", async (_, body) => {
  const clock = createClock();
  const folder = temporaryFolder();
  const store = openStore(folder, MIB, clock);
  await store.put(headerOf(keyOf("a"), 6, clock), ReadableStream.from([Buffer.from(body)]));
  const entry = await store.open(keyOf("a"));
  await expect(entry!.bytes()).rejects.toThrow("body");
  await store.settled();
  expect(await store.open(keyOf("a"))).toBeUndefined();
  expect(
    readdirSync(folder, { recursive: true }).filter((name) => String(name).length > 2),
  ).toEqual([]);
});

test("a body that fails passes its error on", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), MIB, clock);
  const failing = new ReadableStream<Uint8Array>({
    pull: () => Promise.reject(new Error("the line broke")),
  });
  await store.put(headerOf(keyOf("a"), 6, clock), failing);
  await expect((await store.open(keyOf("a")))!.bytes()).rejects.toThrow("the line broke");
  await store.settled();
  expect(await store.open(keyOf("a"))).toBeUndefined();
});

test("entries end when their time is over, also for a process that starts later", async () => {
  const clock = createClock();
  const folder = temporaryFolder();
  const store = openStore(folder, MIB, clock);
  await put(store, keyOf("a"), "a", clock);
  clock.at += LIFE - 1;
  expect(await get(store, keyOf("a"))).toBe("a");
  clock.at += 1;
  expect(await store.open(keyOf("a"))).toBeUndefined();
  const later = openStore(folder, MIB, clock);
  await later.scanned;
  expect((await later.stats()).entries).toBe(0);
});

test("a confirmation lasts, and only for the version it is about", async () => {
  const clock = createClock();
  const folder = temporaryFolder();
  const store = openStore(folder, MIB, clock);
  await put(store, keyOf("a"), "a", clock);
  await store.confirm(keyOf("a"), '"1"', clock.at + 1000);
  await store.confirm(keyOf("a"), '"2"', clock.at + 9000);
  const later = openStore(folder, MIB, clock);
  for (const each of [store, later]) {
    expect((await each.open(keyOf("a")))?.header.confirmed).toBe(clock.at + 1000);
    expect(await get(each, keyOf("a"))).toBe("a");
  }
});

test("purges by object, by prefix of a bucket's keys, and all", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), MIB, clock);
  const names = ["a/1", "a/2", "ab", "b"];
  for (const name of names) await put(store, keyOf(name), name, clock);
  await put(store, keyOf("a/1", "other"), "other", clock);
  const scope = { provider: "s3", bucket: "bucket" };
  expect(await store.purge({ ...scope, key: "b" })).toMatchObject({ entries: 1 });
  expect(await store.purge({ ...scope, prefix: "a/" })).toMatchObject({ entries: 2 });
  expect(await get(store, keyOf("ab"))).toBe("ab");
  expect(await get(store, keyOf("a/1", "other"))).toBe("other");
  expect(await store.purge({ all: true })).toMatchObject({ entries: 2 });
  expect((await store.stats()).entries).toBe(0);
});

test("a body that arrives during a purge is served and not kept", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), MIB, clock);
  const arriving = new TransformStream<Uint8Array, Uint8Array>();
  const writer = arriving.writable.getWriter();
  await store.put(headerOf(keyOf("a"), 3, clock), arriving.readable);
  const bytes = (await store.open(keyOf("a")))!.bytes();
  await store.purge({ all: true });
  await writer.write(Buffer.from("abc"));
  await writer.close();
  expect(Buffer.from(await bytes).toString()).toBe("abc");
  await store.settled();
  expect(await store.open(keyOf("a"))).toBeUndefined();
});

test("files are for their owner alone", async () => {
  const clock = createClock();
  const folder = temporaryFolder();
  await put(openStore(folder, MIB, clock), keyOf("a"), "a", clock);
  const [sub = ""] = readdirSync(folder);
  const [file = ""] = readdirSync(join(folder, sub));
  expect(statSync(join(folder, sub, file)).mode & 0o777).toBe(0o600);
  expect(file).toMatch(/^[0-9a-f]{64}$/);
});

test("a header too long to be read again is not kept", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), MIB, clock);
  expect(await put(store, keyOf("a"), "a", clock, { headers: { x: "x".repeat(70_000) } })).toBe(
    false,
  );
});

test("an entry whose time ends while it arrives is not there", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), MIB, clock);
  const arriving = new TransformStream<Uint8Array, Uint8Array>();
  const header = headerOf(keyOf("a"), 6, clock);
  await store.put(header, arriving.readable);
  expect(await store.open(keyOf("a"))).toBeDefined();
  clock.at = header.expires;
  expect(await store.open(keyOf("a"))).toBeUndefined();
  await arriving.writable.abort(new Error("enough"));
  await store.settled();
});
