import { expect, test } from "vitest";
import type { ResultKey } from "@remote-storage/core/caches/caches.ts";
import { createCounters } from "../../functions/cache/counters.ts";
import { createResultCache } from "../../functions/cache/result-cache.ts";
import { createClock, openStore, temporaryFolder } from "./stage.ts";

function stage() {
  const clock = createClock();
  const store = openStore(temporaryFolder(), 4_000_000, clock);
  const counters = createCounters();
  const options = { store, expires: 3_600_000, now: clock.now, random: () => 0.5, counters };
  return { clock, store, counters, cache: createResultCache(options) };
}

function keyOf(operation: ResultKey["operation"], etag = '"1"'): ResultKey {
  return { id: { provider: "fs", bucket: "private", key: "a.tif" }, etag, operation };
}

const picture = { body: Buffer.from("webp"), type: "image/webp", headers: { "X-Scale-X": "0.5" } };

test("makes a result once and gives it with its headers until it expires", async () => {
  const { cache, counters, clock, store } = stage();
  let made = 0;
  const make = async () => {
    made += 1;
    return picture;
  };
  const key = keyOf({ width: 512, format: "webp" });
  expect(await cache.peek(key)).toBeUndefined();
  expect(await cache.get(key, make, { originalSize: 1000 })).toMatchObject({
    status: "miss",
    stored: true,
    age: 0,
  });
  await store.settled();
  clock.at += 2000;
  // The order in which an operation was written down is no part of it.
  const found = await cache.get(keyOf({ format: "webp", width: 512 }), make, {
    originalSize: 1000,
  });
  expect(found).toMatchObject({
    status: "hit",
    age: 2,
    type: "image/webp",
    headers: picture.headers,
  });
  expect(Buffer.from(found.body).toString()).toBe("webp");
  expect(counters).toMatchObject({ hits: 1, misses: 1, bytesSaved: 1000 });
  clock.at += 3_600_000;
  expect((await cache.get(key, make)).status).toBe("miss");
  expect(made).toBe(2);
});

test("other parameters and other versions are other results", async () => {
  const { cache } = stage();
  const keys = [keyOf({ width: 1 }), keyOf({ width: "1" }), keyOf({ width: 1 }, '"2"'), keyOf({})];
  for (const key of keys) {
    expect((await cache.get(key, async () => picture)).status).toBe("miss");
  }
});

test("many at once have it made once; its error goes to all, and is remembered as asked", async () => {
  const { cache, clock } = stage();
  let made = 0;
  const make = async () => {
    made += 1;
    await new Promise((resolve) => setImmediate(resolve));
    return picture;
  };
  const results = await Promise.all(
    Array.from({ length: 100 }, () => cache.get(keyOf({ width: 1 }), make)),
  );
  expect(made).toBe(1);
  expect(results.map(({ status }) => status).filter((status) => status === "miss")).toHaveLength(1);

  let failed = 0;
  const fail = async () => {
    failed += 1;
    throw new Error("no picture");
  };
  const options = { remember: () => 10 };
  for (let times = 0; times < 3; times += 1) {
    await expect(cache.get(keyOf({ width: 2 }), fail, options)).rejects.toThrow("no picture");
  }
  expect(failed).toBe(1);
  clock.at += 13_000;
  await expect(cache.get(keyOf({ width: 2 }), fail)).rejects.toThrow("no picture");
  await expect(cache.get(keyOf({ width: 2 }), fail)).rejects.toThrow("no picture");
  expect(failed).toBe(3);
});

test("what is made during a purge is not kept", async () => {
  const { cache, store } = stage();
  const gate = Promise.withResolvers<void>();
  const making = cache.get(keyOf({}), async () => {
    await gate.promise;
    return picture;
  });
  await new Promise((resolve) => setImmediate(resolve));
  cache.purge({ all: true });
  await store.purge({ all: true });
  gate.resolve();
  expect(await making).toMatchObject({ stored: false });
  expect(await cache.peek(keyOf({}))).toBeUndefined();
});
