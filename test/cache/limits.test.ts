import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Log } from "@remote-storage/core/log.ts";
import { silentLog } from "@remote-storage/core/log.ts";
import { diskUsage } from "./disk-usage.ts";
import { headerOf, keyOf } from "./keys.ts";
import { asStream, createClock, get, openStore, pattern, put, temporaryFolder } from "./stage.ts";

const KIB = 1024;
const LIMIT = 1024 * KIB;

test("stays within its size in blocks, counting folders", async () => {
  const clock = createClock();
  const folder = temporaryFolder();
  const store = openStore(folder, 4 * LIMIT, clock);
  for (let index = 0; index < 300; index += 1) {
    await put(store, keyOf(`key-${index}`), pattern(`${index}`, 40 * KIB + index), clock);
    expect(diskUsage(folder)).toBeLessThanOrEqual(4 * LIMIT);
  }
  const { size, evictions, entries } = await store.stats();
  expect(evictions).toBe(300 - entries);
  expect(size).toBeGreaterThan(3 * LIMIT);
  expect(Math.abs(size - diskUsage(folder))).toBeLessThan(LIMIT / 4);
});

test("the least recently used leaves first, what has expired before it", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), LIMIT, clock);
  const body = pattern("x", 200 * KIB);
  await put(store, keyOf("old"), body, clock);
  await put(store, keyOf("expiring"), body, clock, { expires: clock.at + 10 });
  await put(store, keyOf("used"), body, clock);
  await put(store, keyOf("third"), body, clock);
  await get(store, keyOf("old"));
  clock.at += 10;
  await put(store, keyOf("fourth"), body, clock);
  expect(await store.open(keyOf("old"))).toBeDefined();
  await put(store, keyOf("fifth"), body, clock);
  expect(await store.open(keyOf("used"))).toBeUndefined();
  expect(await store.open(keyOf("old"))).toBeDefined();
});

test("what is being read is not evicted", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), 5 * LIMIT, clock);
  const body = pattern("x", 1200 * KIB);
  await put(store, keyOf("read"), body, clock);
  const reader = asStream(await (await store.open(keyOf("read")))!.read()).getReader();
  await reader.read();
  for (const name of ["b", "c", "d"]) await put(store, keyOf(name), body, clock);
  expect(await store.open(keyOf("read"))).toBeDefined();
  await reader.cancel();
  for (const name of ["e", "f", "g"]) await put(store, keyOf(name), body, clock);
  expect(await store.open(keyOf("read"))).toBeUndefined();
});

test("refuses what would take more than half, without touching the body", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), LIMIT, clock);
  const body = ReadableStream.from([pattern("x", 600 * KIB)]);
  expect(await store.put(headerOf(keyOf("a"), 600 * KIB, clock), body)).toBe(false);
  expect(body.locked).toBe(false);
});

test("a size of 0 keeps nothing", async () => {
  const clock = createClock();
  const store = openStore(temporaryFolder(), 0, clock);
  expect(await put(store, keyOf("a"), "a", clock)).toBe(false);
  expect(await store.stats()).toMatchObject({ entries: 0, size: 0 });
});

test("leaves the disk its reserve: evicts, and keeps nothing when that is not enough", async () => {
  const clock = createClock();
  let lack = 0;
  const store = openStore(temporaryFolder(), LIMIT, clock, { shortage: async () => lack });
  for (const name of ["a", "b", "c"])
    await put(store, keyOf(name), pattern(name, 100 * KIB), clock);
  lack = 150 * KIB;
  expect(await put(store, keyOf("d"), "d", clock)).toBe(false);
  expect((await store.stats()).entries).toBe(1);
  lack = 0;
  expect(await put(store, keyOf("d"), "d", clock)).toBe(true);
});

test("a disk that refuses to write is passed by, logged once, and tried again later", async () => {
  const clock = createClock();
  const folder = temporaryFolder();
  // A file where the folder should be: the same for a superuser, whom no mode stops.
  const root = join(folder, "cache");
  writeFileSync(root, "");
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (_fields, message) => void warnings.push(message) };
  const store = openStore(root, LIMIT, clock, { log });
  await store.scanned;
  clock.at += 60_000;
  warnings.length = 0;
  for (const name of ["a", "b", "c"]) {
    expect(await put(store, keyOf(name), name, clock)).toBe(false);
    expect(await store.open(keyOf(name))).toBeUndefined();
  }
  expect(warnings).toEqual(["the cache's disk fails: it is passed by"]);
  rmSync(root);
  expect(await put(store, keyOf("a"), "a", clock)).toBe(false);
  clock.at += 60_000;
  expect(await put(store, keyOf("a"), "a", clock)).toBe(true);
  expect(await get(store, keyOf("a"))).toBe("a");
});

test("a cache larger than its limit at the start is brought within it, and takes new entries", async () => {
  const clock = createClock();
  const folder = temporaryFolder();
  const large = openStore(folder, 4 * LIMIT, clock);
  for (let index = 0; index < 30; index += 1) {
    await put(large, keyOf(`key-${index}`), pattern("x", 64 * KIB), clock);
  }
  const small = openStore(folder, LIMIT, clock);
  await small.scanned;
  expect((await small.stats()).size).toBeLessThanOrEqual(LIMIT);
  expect(diskUsage(folder)).toBeLessThanOrEqual(LIMIT);
  expect((await small.stats()).entries).toBeGreaterThan(0);
  expect(await put(small, keyOf("new"), "new", clock)).toBe(true);
});

test("many puts at once stay within the limit and evict no more than needed", async () => {
  const clock = createClock();
  const folder = temporaryFolder();
  const store = openStore(folder, 4 * LIMIT, clock);
  const bodies = Array.from({ length: 200 }, (_, index) => index);
  await Promise.all(
    bodies.map((index) => {
      const body = pattern(`${index}`, 100 * KIB);
      return store.put(
        headerOf(keyOf(`${index}`), body.length, clock),
        ReadableStream.from([body]),
      );
    }),
  );
  await store.settled();
  expect(diskUsage(folder)).toBeLessThanOrEqual(4 * LIMIT);
  expect((await store.stats()).entries).toBeGreaterThan(15);
});

test("folders that an earlier process has left empty count, too", async () => {
  const clock = createClock();
  const folder = temporaryFolder();
  const store = openStore(folder, LIMIT, clock);
  for (const name of ["a", "b", "c", "d", "e"]) await put(store, keyOf(name), "body", clock);
  await store.purge({ all: true });
  await store.close();
  const again = openStore(folder, LIMIT, clock);
  await again.scanned;
  expect((await again.stats()).size).toBeGreaterThanOrEqual(diskUsage(folder));
});
