import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { CONTEXT, configFor, temporaryFolder } from "./service.ts";
import { treeOf } from "./tree.ts";

let folder: string;
let outside: string;
let inside: string;
let bucket: Bucket;
const bytes = (text: string) => new TextEncoder().encode(text);
const key = parseKey;
const kindOf = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    (error: unknown) => (error instanceof StorageError ? error.kind : error),
  );

beforeEach(() => {
  folder = temporaryFolder();
  outside = join(folder, "outside");
  inside = join(folder, "data/storage/x-private");
  for (const path of [outside, inside]) mkdirSync(path, { recursive: true });
  mkdirSync(join(outside, "sub"));
  writeFileSync(join(outside, "secret"), "secret");
  writeFileSync(join(outside, "sub/secret"), "secret");
  writeFileSync(join(inside, "real"), "real");
  bucket = openDisk(configFor(join(folder, "data")), CONTEXT).bucket("x-private");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const LINKS = [
  { name: "to a file outside", target: () => join(outside, "secret") },
  { name: "to a file inside", target: () => "real" },
  { name: "to nothing", target: () => join(outside, "made-by-the-link") },
  { name: "to another link", target: () => "chained" },
  { name: "to itself", target: () => "link" },
  { name: "to a folder", target: () => outside },
];

describe.each(LINKS)("a link $name", ({ target }) => {
  let before: Record<string, string>;
  beforeEach(() => {
    symlinkSync(join(outside, "secret"), join(inside, "chained"));
    symlinkSync(target(), join(inside, "link"));
    before = treeOf(outside);
  });

  test("is not there for stat, read and copy", async () => {
    expect(await kindOf(bucket.stat(key("link")))).toBe("not-found");
    expect(await kindOf(bucket.read(key("link")))).toBe("not-found");
    const copy = bucket.copy(key("link"), { bucket: "x-private", key: key("stolen") });
    expect(await kindOf(copy)).toBe("not-found");
    expect(treeOf(outside)).toEqual(before);
  });

  test("is not listed", async () => {
    const { objects } = await bucket.list();
    expect(objects.map((object) => object.key)).toEqual(["real"]);
    expect(treeOf(outside)).toEqual(before);
  });

  test("a write to its name leaves the target alone", async () => {
    await bucket.write(key("link"), bytes("new"));
    const result = await bucket.read(key("link"));
    expect(result.state === "full" && (await readAll(result.body))).toBe("new");
    expect(treeOf(outside)).toEqual(before);
  });

  test("a write only when absent leaves the target alone", async () => {
    const write = bucket.write(key("link"), bytes("new"), { ifAbsent: true });
    expect(await kindOf(write)).toBe("precondition-failed");
    expect(treeOf(outside)).toEqual(before);
  });

  test("a copy to its name leaves the target alone", async () => {
    await bucket.copy(key("real"), { bucket: "x-private", key: key("link") });
    expect((await bucket.stat(key("link"))).size).toBe(4);
    expect(treeOf(outside)).toEqual(before);
  });

  test("a remove of its name leaves the target alone", async () => {
    await bucket.remove(key("link"));
    expect(treeOf(outside)).toEqual(before);
  });

  test("nothing below it is reached", async () => {
    expect(await kindOf(bucket.stat(key("link/secret")))).toBe("not-found");
    expect(await kindOf(bucket.read(key("link/sub/secret")))).toBe("not-found");
    await bucket.remove(key("link/secret"));
    await bucket.remove(key("link/sub/secret"));
    await bucket.write(key("link/new"), bytes("new"));
    await bucket.write(key("link/sub/new"), bytes("new"));
    const { objects } = await bucket.list({ prefix: "link" });
    expect(objects.map((object) => object.key)).toEqual(["link/new", "link/sub/new"]);
    expect(treeOf(outside)).toEqual(before);
  });
});

test("a bucket's folder that is a link is refused, and reads as empty", async () => {
  rmSync(inside, { recursive: true });
  symlinkSync(outside, inside);
  const before = treeOf(outside);
  expect(await kindOf(bucket.read(key("secret")))).toBe("not-found");
  expect(await kindOf(bucket.write(key("f"), bytes("x")))).toBe("denied");
  expect(await kindOf(bucket.list())).toBe("denied");
  await bucket.remove(key("secret"));
  expect(treeOf(outside)).toEqual(before);
});

test("the folder of escaped names as a link is not followed", async () => {
  symlinkSync(outside, join(inside, ".remote-storage-escaped"));
  const before = treeOf(outside);
  expect(await kindOf(bucket.write(key("a//b"), bytes("x")))).toBe("denied");
  expect((await bucket.list()).objects.map((object) => object.key)).toEqual(["real"]);
  expect(treeOf(outside)).toEqual(before);
});

test("DATA_PATH and its storage folder may be links", async () => {
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(join(elsewhere, "really-storage"), { recursive: true });
  symlinkSync("really-storage", join(elsewhere, "storage"));
  symlinkSync(elsewhere, join(folder, "data-link"));
  const linked = openDisk(configFor(join(folder, "data-link")), CONTEXT).bucket("x-private");
  await linked.write(key("f"), bytes("x"));
  expect(readFileSync(join(elsewhere, "really-storage/x-private/f"), "utf8")).toBe("x");
});

test("a hard link is a file like any other, and a write parts the two", async () => {
  linkSync(join(outside, "secret"), join(inside, "hard"));
  expect((await bucket.stat(key("hard"))).size).toBe(6);
  await bucket.write(key("hard"), bytes("new"));
  expect(readFileSync(join(outside, "secret"), "utf8")).toBe("secret");
});

test("a pipe is neither opened nor listed", async () => {
  execFileSync("sh", ["-c", `mkfifo "$0"`, join(inside, "pipe")]);
  expect(await kindOf(bucket.stat(key("pipe")))).toBe("not-found");
  expect(await kindOf(bucket.read(key("pipe")))).toBe("not-found");
  expect((await bucket.list()).objects.map((object) => object.key)).toEqual(["real"]);
});
