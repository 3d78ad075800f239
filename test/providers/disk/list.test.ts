import { mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket, ListOptions, Page } from "@remote-storage/core/storage/provider.ts";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { CONTEXT, configFor, temporaryFolder } from "./service.ts";

vi.mock("node:fs/promises", { spy: true });

let dataPath: string;
let bucket: Bucket;
beforeEach(() => {
  dataPath = temporaryFolder();
  bucket = openDisk(configFor(dataPath), CONTEXT).bucket("x-private");
});
afterEach(() => {
  rmSync(dataPath, { recursive: true, force: true });
});

function put(path: string): void {
  const file = join(dataPath, "storage/x-private", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
}

async function pages(options: { prefix?: string; delimiter?: string; limit?: number }) {
  const all: Page[] = [];
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ ...options, ...(cursor !== undefined && { cursor }) });
    all.push(page);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}

const byBytes = (left: string, right: string) =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));

/** What a store that simply sorts its keys would list, in one page. */
function model(keys: readonly string[], prefix: string, delimiter: string) {
  const objects: string[] = [];
  const prefixes = new Set<string>();
  for (const key of keys.toSorted(byBytes)) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (end === -1) objects.push(key);
    else prefixes.add(key.slice(0, end + delimiter.length));
  }
  return { objects, prefixes: [...prefixes] };
}

test("keys are compared as their UTF-8 bytes", () => {
  // On both sides of every change in the number of bytes, and of the surrogates.
  const edges = [0, 0x2f, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff];
  const unit = fc.constantFrom(...edges.map((point) => String.fromCodePoint(point)));
  const text = fc.string({ unit });
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(Math.sign(compareKeys(left, right))).toBe(byBytes(left, right));
    }),
  );
  expect(compareKeys("\u{FFFD}", "\u{1F600}")).toBeLessThan(0);
});

test("is what a sorted list of the keys would be, page by page", async () => {
  // Characters just below and above the slash, and on both sides of the surrogates.
  const segment = fc.string({
    unit: fc.constantFrom("a", "b", "-", ".", "0", "é", "\u{FFFD}", "😀"),
    maxLength: 3,
  });
  const key = fc
    .array(segment, { minLength: 1, maxLength: 4 })
    .map((segments) => segments.join("/"))
    .filter((text) => text !== "");
  const listing = fc.record({
    keys: fc.uniqueArray(key, { maxLength: 12 }),
    prefix: fc.oneof(fc.constant(""), fc.constantFrom("a", "a/", "b", "/", "."), key),
    delimiter: fc.constantFrom("", "/", "-", "a", "/a"),
    limit: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(listing, async ({ keys, prefix, delimiter, limit }) => {
      for (const text of keys) await bucket.write(parseKey(text), new Uint8Array());
      const listed = await pages({ prefix, delimiter, limit });
      const objects = listed.flatMap((page) => page.objects.map((object) => object.key));
      const prefixes = listed.flatMap((page) => page.prefixes);
      for (const text of keys) await bucket.remove(parseKey(text));
      expect({ objects, prefixes }).toEqual(model(keys, prefix, delimiter));
      for (const page of listed) {
        expect(page.objects.length + page.prefixes.length).toBeLessThanOrEqual(limit);
      }
      expect(listed.at(-1)?.cursor).toBeUndefined();
    }),
    { numRuns: 30 },
  );
  expect(readdirSync(join(dataPath, "storage/x-private"))).toEqual([]);
});

describe("what others put there", () => {
  test("is listed when it is a file with a name that can be a key", async () => {
    put("a/b.txt");
    put(`${"deep/".repeat(204)}1234`);
    put(`${"deep/".repeat(204)}12345`);
    mkdirSync(join(dataPath, "storage/x-private/empty/folder"), { recursive: true });
    symlinkSync("/etc", join(dataPath, "storage/x-private/etc"));
    const folder = Buffer.from(join(dataPath, "storage/x-private/"));
    writeFileSync(Buffer.concat([folder, Buffer.from([0xff, 0xfe])]), "not UTF-8");
    const { objects } = await bucket.list();
    expect(objects.map((object) => object.key)).toEqual(["a/b.txt", `${"deep/".repeat(204)}1234`]);
    expect((await bucket.list({ delimiter: "/" })).prefixes).toEqual(["a/", "deep/"]);
  });

  test("in the folder of escaped names counts only as we would have put it", async () => {
    for (const name of ["=a%2F%2Fb", "=a%2f%2fb", "=plain.txt", "README", "+x/=y"]) {
      put(`.remote-storage-escaped/${name}`);
    }
    expect((await bucket.list()).objects.map((object) => object.key)).toEqual(["a//b"]);
  });
});

test("objects removed between two pages are left out, new ones come in", async () => {
  for (const name of ["a/1", "a/2", "b/1", "c"]) put(name);
  const { cursor = "" } = await bucket.list({ limit: 1 });
  rmSync(join(dataPath, "storage/x-private/a"), { recursive: true });
  put("b/0");
  const { objects } = await bucket.list({ cursor });
  expect(objects.map((object) => object.key)).toEqual(["b/0", "b/1", "c"]);
});

test("a page reads only the folders that may hold its keys", async () => {
  for (const name of ["a/1", "m/n/1", "m/o/1", "z/1"]) put(name);
  const folders = async (options: ListOptions) => {
    vi.mocked(readdir).mockClear();
    await bucket.list(options);
    return vi.mocked(readdir).mock.calls.length;
  };
  expect(await folders({})).toBe(6);
  expect(await folders({ prefix: "m/n/" })).toBe(3);
  // One object more is looked for, to know whether there is another page.
  expect(await folders({ limit: 1 })).toBe(4);
  const { cursor = "" } = await bucket.list({ limit: 3 });
  expect(await folders({ cursor })).toBe(4);
});

test("the next page of a large folder does not read it again, unless it has changed", async () => {
  for (let i = 0; i < 1000; i++) put(`large/${i}`);
  const folder = join(dataPath, "storage/x-private/large");
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(folder, longAgo, longAgo);
  const { cursor = "" } = await bucket.list({ prefix: "large/", limit: 500 });
  vi.mocked(readdir).mockClear();
  expect((await bucket.list({ prefix: "large/", cursor })).objects).toHaveLength(500);
  expect(readdir).toHaveBeenCalledTimes(1); // the bucket's own folder

  put("large/z");
  rmSync(join(folder, "999"));
  const { objects } = await bucket.list({ prefix: "large/", cursor });
  expect(objects.slice(-2).map((object) => object.key)).toEqual(["large/998", "large/z"]);
});

test.each([{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }, { cursor: "x" }, { cursor: "" }])(
  "%o is invalid-request",
  async (options) => {
    await expect(bucket.list(options)).rejects.toMatchObject({ kind: "invalid-request" });
  },
);
