import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test } from "vitest";
import { openFolderSource } from "../../functions/migration/folder/source.ts";
import type { Source } from "../../functions/migration/source.ts";
import { openDisk } from "../../functions/providers/disk/provider.ts";
import { hostile } from "../providers/conformance/keys.ts";
import { configFor, CONTEXT } from "../providers/disk/service.ts";
import { temporary } from "./stage.ts";

const now = () => new Date();

async function read(source: Source) {
  const keys: string[] = [];
  const leftOut: Record<string, string> = {};
  for await (const page of source.pages({})) {
    keys.push(...page.objects.map(({ key }) => key));
    for (const { key, reason } of page.leftOut) leftOut[key] = reason;
  }
  return { keys, leftOut };
}

test("every key comes back as it was written, in the order of its bytes, also those under escaped names", async () => {
  const dataPath = temporary();
  const bucket = openDisk(configFor(dataPath), CONTEXT).bucket("b");
  const written = [
    ...Object.values(hostile),
    "a",
    "a/b",
    "a/b/c",
    "a0",
    "z/\u{10ffff}",
    "z/\uffee",
  ];
  for (const key of written) await bucket.write(parseKey(key), Buffer.from(key));
  const source = openFolderSource({ path: join(dataPath, "storage", "b"), now });
  const { keys, leftOut } = await read(source);
  expect(keys).toEqual(written.toSorted(compareKeys));
  expect(leftOut).toEqual({});
  for (const key of keys) {
    const object = await source.find(key, {});
    if (object === undefined) throw new Error(`${key} is not found`);
    const { bytes } = await source.read(object, undefined, {});
    expect(Buffer.from(bytes).toString()).toBe(key);
  }
});

test("a prefix keeps its part, and names it without the prefix", async () => {
  const folder = temporary();
  for (const key of ["a/1", "a/b/2", "ab/3", "z"]) {
    mkdirSync(join(folder, key, ".."), { recursive: true });
    writeFileSync(join(folder, key), key);
  }
  const { keys } = await read(openFolderSource({ path: folder, prefix: "a/", now }));
  expect(keys).toEqual(["1", "b/2"]);
});

test("what cannot be an object is told, and no link is followed", async () => {
  const folder = temporary();
  mkdirSync(join(folder, "inner"));
  writeFileSync(join(folder, "inner", "file"), "x");
  symlinkSync("/etc/passwd", join(folder, "link"));
  symlinkSync("/etc", join(folder, "inner", "folder-link"));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff])]), "x");
  mkdirSync(join(folder, ".remote-storage-escaped"));
  writeFileSync(join(folder, ".remote-storage-escaped", "stranger"), "x");
  const { keys, leftOut } = await read(openFolderSource({ path: folder, now }));
  expect(keys).toEqual(["inner/file"]);
  expect(leftOut).toEqual({
    link: expect.stringContaining("symbolic link"),
    "inner/folder-link": expect.stringContaining("symbolic link"),
    "bad\ufffd": expect.stringContaining("not UTF-8"),
    ".remote-storage-escaped/stranger": expect.stringContaining("stands for no key"),
  });
});

test("a file that is not the one that was listed is never read as it", async () => {
  const folder = temporary();
  writeFileSync(join(folder, "file"), "one");
  const source = openFolderSource({ path: folder, now });
  const object = await source.find("file", {});
  if (object === undefined) throw new Error("not found");
  writeFileSync(join(folder, "file"), "two");
  expect(() => source.read(object, undefined, {})).toThrow("has changed");
});

test("a folder that is not there is a source that is missing", () => {
  expect(() => openFolderSource({ path: "/no/such/folder", now })).toThrow("there is no folder");
});
