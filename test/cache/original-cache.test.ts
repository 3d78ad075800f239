import { expect, test } from "vitest";
import type { OriginalCache, Source } from "@remote-storage/core/caches/caches.ts";
import { silentLog } from "@remote-storage/core/log.ts";
import { createCounters } from "../../functions/cache/counters.ts";
import { createOriginalCache, PATIENCE } from "../../functions/cache/original-cache.ts";
import { failure, fakeSource } from "./fake-source.ts";
import { asStream, createClock, openStore, pattern, temporaryFolder } from "./stage.ts";

const MIB = 1024 * 1024;
const REVALIDATE = 600;

function stage(limit = 64 * MIB, folder = temporaryFolder()) {
  const clock = createClock();
  const store = openStore(folder, limit, clock);
  const counters = createCounters();
  const cache = createOriginalCache({
    store,
    expires: 7 * 86_400_000,
    revalidate: REVALIDATE,
    now: clock.now,
    random: () => 0.5,
    log: silentLog,
    counters,
  });
  return { clock, store, counters, cache, folder };
}

async function read(cache: OriginalCache, source: Source, range?: { start: number; end: number }) {
  const original = await cache.open(source);
  const status = (await original.cached(range)) ? original.status : "not cached";
  return { status, text: Buffer.from(await original.bytes(range)).toString() };
}

test("reads an object from the store once", async () => {
  const { cache, counters } = stage();
  const source = fakeSource("a", "abcdef");
  expect(await read(cache, source)).toEqual({ status: "miss", text: "abcdef" });
  expect(await read(cache, source)).toEqual({ status: "hit", text: "abcdef" });
  expect((await read(cache, source, { start: 1, end: 2 })).text).toBe("bc");
  expect(source.asked).toHaveLength(1);
  expect(counters).toEqual({ hits: 2, misses: 1, remoteReads: 1, bytesSaved: 8 });
});

test("1,000 at once cause one read, and each gets all bytes", async () => {
  const { cache, counters } = stage();
  const body = pattern("x", 300_000);
  const source = fakeSource("a", body);
  const all = await Promise.all(
    Array.from({ length: 1000 }, async () => {
      const original = await cache.open(source);
      return (await original.bytes()).byteLength;
    }),
  );
  expect(new Set(all)).toEqual(new Set([body.length]));
  expect(source.asked).toHaveLength(1);
  expect(counters).toMatchObject({ hits: 999, misses: 1, remoteReads: 1 });
});

test("a client that leaves does not stop the fill", async () => {
  const { cache, store } = stage();
  const source = fakeSource("a", pattern("x", 2 * MIB));
  await asStream(await (await cache.open(source)).read()).cancel();
  await store.settled();
  expect((await read(cache, source)).status).toBe("hit");
  expect(source.asked).toHaveLength(1);
});

test("a read that hangs does not hold up those who come later", async () => {
  const { cache, clock } = stage();
  const source = fakeSource("a", "one");
  const gate = Promise.withResolvers<void>();
  source.gate = gate.promise;
  const hanging = [read(cache, source), read(cache, source)];
  await expect.poll(() => source.asked.length).toBe(1);
  source.gate = undefined;
  clock.at += PATIENCE + 1;
  expect(await read(cache, source)).toEqual({ status: "miss", text: "one" });
  expect(source.asked).toHaveLength(2);
  gate.resolve();
  const statuses = (await Promise.all(hanging)).map(({ status }) => status);
  expect(statuses).toEqual(["miss", "collapsed"]);
  expect((await read(cache, source)).text).toBe("one");
});

test("serves stale while it asks whether the object is still the same", async () => {
  const { cache, clock } = stage();
  const source = fakeSource("a", "one");
  await read(cache, source);
  clock.at += REVALIDATE * 1000;
  expect(await read(cache, source)).toEqual({ status: "stale", text: "one" });
  await expect.poll(async () => (await read(cache, source)).status).toBe("hit");
  expect(source.asked.map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([undefined, '"1"']);
  expect(source.sent()).toBe(1);
});

test("takes a new version that the check has found", async () => {
  const { cache, clock } = stage();
  const source = fakeSource("a", "one");
  await read(cache, source);
  Object.assign(source, { body: Buffer.from("two!"), etag: '"2"' });
  clock.at += REVALIDATE * 1000;
  expect((await read(cache, source)).text).toBe("one");
  await expect.poll(async () => (await read(cache, source)).text).toBe("two!");
  expect(source.sent()).toBe(2);
});

test("asks before each answer where that costs nothing", async () => {
  const { cache } = stage();
  const source = fakeSource("a", "one", 0);
  await read(cache, source);
  expect(await read(cache, source)).toEqual({ status: "revalidated", text: "one" });
  Object.assign(source, { body: Buffer.from("two!"), etag: '"2"' });
  expect(await read(cache, source)).toEqual({ status: "miss", text: "two!" });
});

test.each(["unavailable", "timeout", "throttled", "credentials"] as const)(
  "serves what it has while the store is %s, and asks no more than every ten seconds",
  async (kind) => {
    const { cache, clock } = stage();
    const source = fakeSource("a", "one");
    await read(cache, source);
    source.failure = failure(kind);
    clock.at += REVALIDATE * 1000;
    for (let times = 0; times < 5; times += 1) {
      expect(await read(cache, source)).toEqual({ status: "stale", text: "one" });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(source.asked).toHaveLength(2);
    clock.at += 13_000;
    await read(cache, source);
    expect(source.asked).toHaveLength(3);
  },
);

test.each(["not-found", "denied"] as const)(
  "stops serving what the store says is %s",
  async (kind) => {
    const { cache, clock } = stage();
    const source = fakeSource("a", "one");
    await read(cache, source);
    source.failure = failure(kind);
    clock.at += REVALIDATE * 1000;
    expect((await cache.open(source)).status).toBe("stale");
    await expect
      .poll(() => cache.open(source).catch((error: Error) => error.message))
      .toMatch(kind);
  },
);

test("a refusal answers others for a short time, and is forgotten with the object", async () => {
  const { cache, clock } = stage();
  const source = fakeSource("a", "one");
  source.failure = failure("not-found");
  for (let times = 0; times < 5; times += 1) {
    await expect(cache.open(source)).rejects.toThrow("not-found");
  }
  expect(source.asked).toHaveLength(1);
  clock.at += 6_000;
  await expect(cache.open(source)).rejects.toThrow("not-found");
  expect(source.asked).toHaveLength(2);
  source.failure = undefined;
  await cache.forget(source);
  expect((await read(cache, source)).text).toBe("one");
});

test("a clock that is set back makes no refusal last and keeps entries to be checked", async () => {
  const { cache, clock } = stage();
  const source = fakeSource("a", "one");
  source.failure = failure("not-found");
  await expect(cache.open(source)).rejects.toThrow("not-found");
  source.failure = undefined;
  clock.at -= 86_400_000;
  expect((await read(cache, source)).text).toBe("one");
  clock.at -= 86_400_000;
  expect((await read(cache, source)).status).toBe("stale");
});

test("a body that breaks off is continued where it broke", async () => {
  const { cache, store } = stage();
  const body = pattern("x", MIB);
  const source = fakeSource("a", body);
  source.breaks = { after: 300_000, times: 1 };
  expect((await read(cache, source)).text === body.toString()).toBe(true);
  expect(source.asked.map(({ range, ifMatch }) => ({ range, ifMatch }))).toEqual([
    { range: undefined, ifMatch: undefined },
    { range: { start: 300_000, end: body.length - 1 }, ifMatch: '"1"' },
  ]);
  await store.settled();
  expect((await read(cache, source)).status).toBe("hit");
});

test("a body that breaks off again breaks off for the reader, and is not kept", async () => {
  const { cache, store } = stage();
  const source = fakeSource("a", pattern("x", MIB));
  source.breaks = { after: 300_000, times: 2 };
  await expect(read(cache, source)).rejects.toThrow("unavailable");
  await store.settled();
  expect((await store.stats()).entries).toBe(0);
});

test.each([
  ["is set to keep nothing", 0],
  ["is too small for the object", MIB],
])("a cache that %s passes the bytes through, one read a request", async (_, limit) => {
  const { cache } = stage(limit);
  const body = pattern("x", MIB);
  const source = fakeSource("a", body);
  for (const reads of [1, 2]) {
    expect((await read(cache, source)).text === body.toString()).toBe(true);
    expect(source.asked).toHaveLength(reads);
  }
});

test("a cached file that is spoilt is read from the store instead, for that version alone", async () => {
  const { cache, store } = stage();
  const source = fakeSource("a", "one");
  await read(cache, source);
  const original = await cache.open(source);
  await store.purge({ all: true });
  expect(Buffer.from(await original.bytes()).toString()).toBe("one");
  await store.purge({ all: true });
  Object.assign(source, { body: Buffer.from("two!"), etag: '"2"' });
  await expect(original.bytes()).rejects.toThrow("precondition-failed");
});

test("versions of an object and objects of the same name elsewhere are kept apart", async () => {
  const { cache } = stage();
  const source = fakeSource("a", "one");
  await read(cache, source);
  for (const other of [{ versionId: "v1" }, { bucket: "b2" }, { provider: "p2" }, { key: "b" }]) {
    const elsewhere = Object.assign(fakeSource("a", JSON.stringify(other)), other);
    expect((await read(cache, elsewhere)).text).toBe(JSON.stringify(other));
  }
  expect((await read(cache, source)).text).toBe("one");
});

test("empty objects are kept too", async () => {
  const { cache } = stage();
  const source = fakeSource("a", "");
  expect(await read(cache, source)).toEqual({ status: "miss", text: "" });
  expect(await read(cache, source)).toEqual({ status: "hit", text: "" });
  expect(source.asked).toHaveLength(1);
});

test("what was cached is there after a start, with the store gone", async () => {
  const { cache, store, folder } = stage();
  const source = fakeSource("a", "one");
  await read(cache, source);
  await store.close();
  source.failure = failure("unavailable");
  const later = stage(64 * MIB, folder);
  expect(await read(later.cache, source)).toEqual({ status: "hit", text: "one" });
});
