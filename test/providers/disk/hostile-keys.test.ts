import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { CONTEXT, configFor, temporaryFolder } from "./service.ts";
import { filesIn, treeOf } from "./tree.ts";

let folder: string;
let dataPath: string;
const bytes = (text: string) => new TextEncoder().encode(text);
const open = (name = "x-public") => openDisk(configFor(dataPath), CONTEXT).bucket(name);

/** Canaries all around the bucket: its prefix sibling, the service's own files, the world outside. */
beforeEach(() => {
  folder = temporaryFolder();
  dataPath = join(folder, "data");
  for (const path of [
    "data/storage/x-public-evil",
    "data/storage/x-private",
    "data/cache",
    "outside",
  ]) {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, "f"), "canary");
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What is outside the bucket's folder and the service's own. */
function surroundings(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(treeOf(folder)).filter(
      ([path]) => !/^data\/(?:storage\/x-public(?:\/|$)|\.remote-storage)/.test(path),
    ),
  );
}

const HOSTILE = [
  "../x-public-evil/f",
  "../x-private/f",
  "..",
  ".",
  "../..",
  "a/../../x-private/f",
  "a/../b",
  "./f",
  "/etc/passwd",
  "//etc/passwd",
  "a//b",
  "a/",
  "/",
  "..\\..\\f",
  "%2e%2e/x-private/f",
  "..%2fx-private%2ff",
  "%252e%252e/f",
  "..;/f",
  ". ./f",
  "..\0/f",
  "a\0",
  "f\n",
  "\u202E\uFEFF..",
  "．．/f",
  "..../f",
  "x".repeat(300),
  "é".repeat(512),
  `${"../".repeat(300)}etc/passwd`,
  "a/".repeat(512),
  ".remote-storage-escaped/=f",
  ".remote-storage-escaped",
  ".remote-storage/tmp/f",
  "~/f",
  "$(touch f)",
  "con",
  "-rf",
];

describe("hostile keys", () => {
  test("are objects like any other, each apart, and touch nothing else", async () => {
    const bucket = open();
    const before = surroundings();
    for (const key of HOSTILE) await bucket.write(parseKey(key), bytes(`of ${key}`));
    for (const key of HOSTILE) {
      const result = await bucket.read(parseKey(key));
      if (result.state === "unchanged") throw new Error("not asked for");
      expect(await readAll(result.body)).toBe(`of ${key}`);
    }
    const { objects } = await bucket.list();
    const sorted = HOSTILE.toSorted((left, right) =>
      Buffer.compare(Buffer.from(left), Buffer.from(right)),
    );
    expect(objects.map(({ key }) => key)).toEqual(sorted);
    for (const key of HOSTILE.filter((name) => Buffer.byteLength(name) <= 1022)) {
      await bucket.copy(parseKey(key), { bucket: "x-public", key: parseKey(`c/${key}`) });
    }
    for (const { key } of (await bucket.list()).objects) await bucket.remove(key);
    expect((await bucket.list()).objects).toEqual([]);
    expect(filesIn(join(dataPath, "storage/x-public"))).toEqual([]);
    expect(surroundings()).toEqual(before);
  });

  test("any key: what was written is read, nothing outside changes", async () => {
    const bucket = open();
    const before = surroundings();
    const part = fc.constantFrom(
      "..",
      ".",
      "",
      "a",
      "x-private",
      "f",
      "%2e",
      "\0",
      "\\",
      "b".repeat(256),
    );
    const keys = fc
      .array(part, { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join("/"))
      .filter((key) => key !== "" && Buffer.byteLength(key) <= 1024);
    await fc.assert(
      fc.asyncProperty(keys, async (text) => {
        const key = parseKey(text);
        await bucket.write(key, bytes(text));
        const result = await bucket.read(key);
        expect(result.state === "full" && (await readAll(result.body))).toBe(text);
      }),
      { numRuns: 60 },
    );
    expect(surroundings()).toEqual(before);
  });

  test("an ordinary key is the file's path", async () => {
    await open().write(parseKey("a/b c/猫.txt"), bytes("x"));
    expect(readFileSync(join(dataPath, "storage/x-public/a/b c/猫.txt"), "utf8")).toBe("x");
  });
});

describe("hostile buckets", () => {
  test.each([
    "..",
    ".",
    "",
    "../x",
    "a/b",
    "a\\b",
    ".remote-storage",
    "a\0b",
    "x".repeat(256),
    "/etc",
  ])("%j is no bucket", async (name) => {
    const before = treeOf(folder);
    const bucket = open(name);
    const key = parseKey("f");
    const calls = [
      () => bucket.stat(key),
      () => bucket.read(key),
      () => bucket.write(key, bytes("x")),
      () => bucket.remove(key),
      () => bucket.list(),
      () => bucket.copy(key, { bucket: "x-public", key }),
      () => open("x-private").copy(key, { bucket: name, key }),
      () => bucket.multipart.create(key),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toSatisfy(
        (error) => error instanceof StorageError && error.kind === "no-bucket",
      );
    }
    expect(treeOf(folder)).toEqual(before);
  });
});
