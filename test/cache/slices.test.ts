import { expect, test } from "vitest";
import { silentLog } from "@remote-storage/core/log.ts";
import { createCounters } from "../../functions/cache/counters.ts";
import { createOriginalCache } from "../../functions/cache/original-cache.ts";
import { SLICE } from "../../functions/cache/pieces.ts";
import { failure, fakeSource } from "./fake-source.ts";
import { createClock, openStore, temporaryFolder } from "./stage.ts";

const MIB = 1024 * 1024;
const SIZE = 70 * MIB + 5;

/** Every eight bytes say where they are. */
const large = Buffer.alloc(SIZE);
for (let at = 0; at + 8 <= SIZE; at += 8) large.writeDoubleLE(at, at);

function stage(folder = temporaryFolder()) {
  const clock = createClock();
  const store = openStore(folder, 200 * MIB, clock);
  const options = { store, expires: 1e9, revalidate: 600, now: clock.now, random: () => 0.5 };
  const cache = createOriginalCache({ ...options, log: silentLog, counters: createCounters() });
  return { cache, store, folder };
}

test("the header of a large object costs one slice, its end another", async () => {
  const { cache, store } = stage();
  const source = fakeSource("big.tif", large);
  const original = await cache.open(source);
  expect(original.stat.size).toBe(SIZE);
  const head = { start: 0, end: 99 };
  expect(Buffer.from(await original.bytes(head)).equals(large.subarray(0, 100))).toBe(true);
  const tail = { start: SIZE - 10, end: SIZE - 1 };
  expect(await original.cached(tail)).toBe(false);
  expect(Buffer.from(await original.bytes(tail)).equals(large.subarray(SIZE - 10))).toBe(true);
  await store.settled();
  expect(await original.cached(tail)).toBe(true);
  expect(await original.cached()).toBe(false);
  expect(source.asked.map(({ range, ifMatch }) => [range, ifMatch])).toEqual([
    [undefined, undefined],
    [{ start: 8 * SLICE, end: SIZE - 1 }, '"1"'],
  ]);
  expect((await store.stats()).size).toBeLessThan(2 * SLICE);
});

test("a whole large object comes slice by slice, is then cached, and survives a start", async () => {
  const { cache, store, folder } = stage();
  const source = fakeSource("big.tif", large);
  expect(Buffer.from(await (await cache.open(source)).bytes()).equals(large)).toBe(true);
  expect(source.asked).toHaveLength(9);
  const again = await cache.open(source);
  expect(await again.cached()).toBe(true);
  const across = { start: SLICE - 5, end: 2 * SLICE + 5 };
  const wanted = large.subarray(across.start, across.end + 1);
  expect(Buffer.from(await again.bytes(across)).equals(wanted)).toBe(true);
  expect(source.asked).toHaveLength(9);
  await store.close();
  source.failure = failure("unavailable");
  const later = await stage(folder).cache.open(source);
  expect(Buffer.from(await later.bytes(across)).equals(wanted)).toBe(true);
});

test("many who want one slice cause one read of it", async () => {
  const { cache } = stage();
  const source = fakeSource("big.tif", large);
  const range = { start: 3 * SLICE, end: 3 * SLICE + 9 };
  const reads = Array.from({ length: 50 }, async () => (await cache.open(source)).bytes(range));
  for (const bytes of await Promise.all(reads)) {
    expect(Buffer.from(bytes).equals(large.subarray(range.start, range.end + 1))).toBe(true);
  }
  expect(source.asked).toHaveLength(2);
});

test("a version that changes between slices is noticed", async () => {
  const { cache } = stage();
  const source = fakeSource("big.tif", large);
  const original = await cache.open(source);
  source.etag = '"2"';
  await expect(original.bytes({ start: SLICE, end: SLICE })).rejects.toThrow("precondition-failed");
});
