import { readFileSync, readdirSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { entryName } from "../../functions/cache/entry-key.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { keyOf } from "./keys.ts";
import { createClock, get, openStore, pattern, put, temporaryFolder } from "./stage.ts";

const MIB = 1024 * 1024;

function pathOf(folder: string, key: string): string {
  const name = entryName(keyOf(key));
  return join(folder, name.slice(0, 2), name);
}

async function filled() {
  const clock = createClock();
  const folder = temporaryFolder();
  const body = pattern("true", 5000).toString();
  await put(openStore(folder, MIB, clock), keyOf("a"), body, clock);
  return { clock, folder, body, path: pathOf(folder, "a") };
}

test("a byte changed anywhere makes a miss or changes nothing: never a wrong byte", async () => {
  const { clock, folder, body, path } = await filled();
  const whole = readFileSync(path);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: whole.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (position, change) => {
        const bytes = Buffer.from(whole);
        bytes[position]! ^= change;
        writeFileSync(path, bytes);
        const found = await get(openStore(folder, MIB, clock), keyOf("a"));
        expect([undefined, body]).toContain(found);
      },
    ),
    { numRuns: propertyRuns(150, 5000) },
  );
});

test("a file that ends early or goes on is a miss, and is removed", async () => {
  const { clock, folder, path } = await filled();
  const whole = readFileSync(path);
  for (const length of [0, 7, 8, 55, 56, 100, whole.length - 1]) {
    writeFileSync(path, whole.subarray(0, length));
    expect(await get(openStore(folder, MIB, clock), keyOf("a"))).toBeUndefined();
  }
  writeFileSync(path, Buffer.concat([whole, Buffer.from("x")]));
  const store = openStore(folder, MIB, clock);
  await store.scanned;
  expect(await get(store, keyOf("a"))).toBeUndefined();
  expect(readdirSync(join(path, ".."))).toEqual([]);
});

test("zeros where a crash of the machine left no bytes are a miss", async () => {
  const { clock, folder, path } = await filled();
  const { length } = readFileSync(path);
  truncateSync(path, length - 3000);
  truncateSync(path, length);
  expect(await get(openStore(folder, MIB, clock), keyOf("a"))).toBeUndefined();
});

test("another key's file in this place is a miss", async () => {
  const { clock, folder, path } = await filled();
  await put(openStore(folder, MIB, clock), keyOf("b"), "other", clock);
  writeFileSync(path, readFileSync(pathOf(folder, "b")));
  const store = openStore(folder, MIB, clock);
  expect(await get(store, keyOf("a"))).toBeUndefined();
  expect(await get(store, keyOf("b"))).toBe("other");
});

test("a file that is spoilt while the store runs is a lost entry, then a miss", async () => {
  const clock = createClock();
  const folder = temporaryFolder();
  const store = openStore(folder, 8 * MIB, clock);
  const body = pattern("large", 2 * MIB);
  await put(store, keyOf("large"), body, clock);
  const entry = await store.open(keyOf("large"));
  writeFileSync(pathOf(folder, "large"), "spoilt");
  await expect(entry!.bytes()).rejects.toThrow("entry");
  expect(await store.open(keyOf("large"))).toBeUndefined();
  expect((await store.stats()).entries).toBe(0);
});

test("a small body that has been read is served from memory, until it is replaced or purged", async () => {
  const { clock, folder, body, path } = await filled();
  const store = openStore(folder, MIB, clock);
  expect(await get(store, keyOf("a"))).toBe(body);
  writeFileSync(path, "spoilt");
  expect(await get(store, keyOf("a"))).toBe(body);
  await put(store, keyOf("a"), "new", clock, { etag: '"2"' });
  expect(await get(store, keyOf("a"))).toBe("new");
  await store.purge({ all: true });
  expect(await get(store, keyOf("a"))).toBeUndefined();
});

test("what an earlier process did not finish is removed, whatever else lies there too", async () => {
  const { clock, folder, body, path } = await filled();
  const left = join(path, "..", `.${entryName(keyOf("x"))}.earlier.1.tmp`);
  writeFileSync(left, "half");
  writeFileSync(join(path, "..", "notes.txt"), "not ours");
  utimesSync(left, new Date(), new Date());
  const store = openStore(folder, MIB, clock);
  await store.scanned;
  expect(readdirSync(join(path, ".."))).toEqual([entryName(keyOf("a"))]);
  expect(await get(store, keyOf("a"))).toBe(body);
});
