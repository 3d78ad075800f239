import { expect, test } from "vitest";
import { silentLog } from "@remote-storage/core/log.ts";
import { openBucketStore } from "../../functions/cache/bucket/bucket-store.ts";
import { sweep } from "../../functions/cache/bucket/sweep.ts";
import { openBucketCaches, sweepBucketCaches } from "../../functions/cache/open-bucket-caches.ts";
import { failure, fakeSource } from "./fake-source.ts";
import { MIB, open, openBucket, put } from "./bucket-stage.ts";
import { keyOf } from "./keys.ts";
import { createClock, get, pattern } from "./stage.ts";

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

test("a sweep that is ended early tells what it has done, and the next one goes on", async () => {
  const [bucket, clock] = [openBucket(), createClock(Date.now())];
  const store = open(bucket, clock);
  for (let index = 0; index < 40; index += 1) await put(store, `key-${index}`, "x", clock);
  const ended = new AbortController();
  let left = 20;
  const slow = {
    ...bucket,
    remove: async (key: Parameters<typeof bucket.remove>[0]) => {
      await bucket.remove(key);
      left -= 1;
      if (left === 0) ended.abort();
    },
  };
  const options = {
    prefix: "previews/",
    limit: MIB,
    expires: 10,
    now: new Date(clock.at + 20_000),
  };
  const first = await sweep({ ...options, bucket: slow, signal: ended.signal });
  expect(first).toMatchObject({ complete: false, entries: 40 - first.expired });
  expect(first.expired).toBeGreaterThanOrEqual(20);
  expect(first.expired).toBeLessThan(40);
  const second = await sweep({ ...options, bucket });
  expect(second).toMatchObject({ complete: true, entries: 0, expired: 40 - first.expired });
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

test("are settled only when a check in the background is over, and what it brought is kept", async () => {
  const [bucket, clock] = [openBucket(), createClock(Date.now())];
  const settings = {
    previews: { size: MIB, expires: 3600 },
    storage: { size: MIB, expires: 3600 },
    imageConverter: { size: MIB, expires: 3600 },
    revalidate: 10,
  };
  const now = () => new Date(clock.at);
  const { caches, settled } = openBucketCaches(bucket, settings, { now, log: silentLog });
  const source = fakeSource("a", "one");
  await (await caches.storage.open(source)).bytes();
  await settled();
  clock.at += 20_000;
  const gate = Promise.withResolvers<void>();
  Object.assign(source, { body: Buffer.from("two"), etag: '"2"', gate: gate.promise });
  expect((await caches.storage.open(source)).status).toBe("stale");
  let over = false;
  const settling = settled().then(() => (over = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(over).toBe(false);
  gate.resolve();
  await settling;
  const other = openBucketCaches(bucket, settings, { now, log: silentLog });
  const original = await other.caches.storage.open(source);
  expect(original.status).toBe("hit");
  expect(Buffer.from(await original.bytes()).toString()).toBe("two");
});
