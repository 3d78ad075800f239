import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { CONTEXT, configFor, temporaryFolder } from "./service.ts";
import { filesIn } from "./tree.ts";

let dataPath: string;
let inside: string;
let bucket: Bucket;
const key = parseKey;
const bytes = (text: string) => new TextEncoder().encode(text);
const open = () => openDisk(configFor(dataPath), CONTEXT).bucket("x-private");
const contentOf = async (name: string) => {
  const result = await bucket.read(key(name));
  return result.state === "full" ? await readAll(result.body) : undefined;
};
const listed = async () => (await bucket.list()).objects.map((object) => object.key);

beforeEach(() => {
  dataPath = temporaryFolder();
  inside = join(dataPath, "storage/x-private");
  bucket = open();
});
afterEach(() => {
  rmSync(dataPath, { recursive: true, force: true });
});

describe("a file and a folder of one name", () => {
  test.each([
    ["a", "a/b"],
    ["a/b", "a"],
    ["a/b/c", "a/b"],
    ["a", "a/b/c"],
  ])("%s, then %s: both are objects", async (first, second) => {
    await bucket.write(key(first), bytes("first"));
    await bucket.write(key(second), bytes("second"), { ifAbsent: true });
    expect(await listed()).toEqual([first, second].toSorted());
    expect([await contentOf(first), await contentOf(second)]).toEqual(["first", "second"]);
    await bucket.write(key(second), bytes("again"));
    await bucket.remove(key(first));
    expect(await listed()).toEqual([second]);
    expect(await contentOf(second)).toBe("again");
  });

  test("once there is room, a write goes to the key's own path and leaves nothing behind", async () => {
    await bucket.write(key("a"), bytes("1"));
    await bucket.write(key("a/b"), bytes("2"));
    await bucket.remove(key("a"));
    const taken = bucket.write(key("a/b"), bytes("3"), { ifAbsent: true });
    await expect(taken).rejects.toMatchObject({ kind: "precondition-failed" });
    await bucket.write(key("a/b"), bytes("3"));
    expect(filesIn(inside)).toEqual(["a/b"]);
    expect(await contentOf("a/b")).toBe("3");
  });

  test("a file put at the key's own path hides the escaped one, and a remove takes both", async () => {
    await bucket.write(key("a"), bytes("1"));
    await bucket.write(key("a/b"), bytes("escaped"));
    await bucket.remove(key("a"));
    mkdirSync(join(inside, "a"));
    writeFileSync(join(inside, "a/b"), "own");
    expect(await contentOf("a/b")).toBe("own");
    expect(await listed()).toEqual(["a/b"]);
    await bucket.remove(key("a/b"));
    expect(await listed()).toEqual([]);
    expect(readdirSync(inside)).toEqual([]);
  });
});

describe("many at once", () => {
  test("one of twenty writers only when absent gets through, also of an escaped name", async () => {
    for (const name of ["one", "a//b"]) {
      const writes = Array.from({ length: 20 }, (_, i) =>
        // Two providers stand for two processes.
        (i % 2 === 0 ? bucket : open()).write(key(name), bytes(`${i}`), { ifAbsent: true }),
      );
      const done = (await Promise.allSettled(writes)).map((outcome) => outcome.status);
      expect(done.filter((status) => status === "fulfilled")).toHaveLength(1);
      expect(await contentOf(name)).toBe(String(done.indexOf("fulfilled")));
    }
    expect(readdirSync(join(dataPath, ".remote-storage/tmp"))).toEqual([]);
  });

  test("writers and removers of one folder do not fail", async () => {
    const turns = Array.from({ length: 60 }, async (_, i) => {
      const name = key(`deep/er/${i % 5}`);
      if (i % 2 === 0) await bucket.write(name, bytes("x"));
      else await bucket.remove(name);
    });
    await Promise.all(turns);
    for (const name of await listed()) await bucket.remove(key(name));
    expect(readdirSync(inside)).toEqual([]);
  });

  test("a reader sees one whole version", async () => {
    const versions = ["a", "b"].map((letter) => letter.repeat(600_000));
    await bucket.write(key("f"), bytes(versions[0]!));
    const writing = (async () => {
      for (let i = 1; i < 10; i++) await bucket.write(key("f"), bytes(versions[i % 2]!));
    })();
    for (let i = 0; i < 10; i++) expect(versions).toContain(await contentOf("f"));
    await writing;
  });

  test("every version has an etag of its own, also of one length", async () => {
    const etags = new Set<string>();
    for (let i = 0; i < 50; i++) etags.add((await bucket.write(key("f"), bytes("x"))).etag);
    expect(etags.size).toBe(50);
    for (const etag of etags) expect(etag).toMatch(/^"[0-9a-f]+-[0-9a-f]+-[0-9a-f]+"$/);
  });
});

describe("content types", () => {
  test("are guessed from the name, unless the writer says otherwise", async () => {
    expect((await bucket.write(key("a.png"), bytes("x"))).type).toBe("image/png");
    expect((await bucket.write(key("b.png"), bytes("x"), { type: "text/x" })).type).toBe("text/x");
    expect((await bucket.write(key("c"), bytes("x"))).type).toBe("application/octet-stream");
    bucket = open();
    expect((await bucket.stat(key("b.png"))).type).toBe("text/x");
  });

  test("do not outlive a file that was replaced by hand", async () => {
    await bucket.write(key("a.png"), bytes("x"), { type: "text/x" });
    rmSync(join(inside, "a.png"));
    writeFileSync(join(inside, "a.png"), "y");
    expect((await bucket.stat(key("a.png"))).type).toBe("image/png");
  });

  test("go when the object goes or is written without one", async () => {
    await bucket.write(key("a"), bytes("x"), { type: "text/x" });
    await bucket.write(key("b"), bytes("x"), { type: "text/x" });
    await bucket.write(key("a"), bytes("y"));
    await bucket.remove(key("b"));
    expect((await bucket.stat(key("a"))).type).toBe("application/octet-stream");
    expect(filesIn(join(dataPath, ".remote-storage"))).toEqual([]);
  });

  test.each(["text/x\r\nSet-Cookie: a=b", "", "é"])("%j is invalid-request", async (type) => {
    const write = bucket.write(key("a"), bytes("x"), { type });
    await expect(write).rejects.toMatchObject({ kind: "invalid-request" });
    await expect(bucket.multipart.create(key("a"), { type })).rejects.toBeInstanceOf(StorageError);
  });
});

describe("the service's own folder", () => {
  test("lies outside the buckets, for nobody else to read, and is empty after the work", async () => {
    await bucket.write(key("f"), bytes("x"));
    expect(readdirSync(dataPath).toSorted()).toEqual([".remote-storage", "storage"]);
    expect(statSync(join(dataPath, ".remote-storage")).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(dataPath, ".remote-storage/tmp"))).toEqual([]);
  });

  test("is not made by reading, so that a read-only disk can be served", async () => {
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, "a.png"), "x");
    expect(await contentOf("a.png")).toBe("x");
    expect(await listed()).toEqual(["a.png"]);
    expect(readdirSync(dataPath)).toEqual(["storage"]);
  });

  test("is cleared of what a crash left long ago, and of nothing else", async () => {
    const folder = join(dataPath, ".remote-storage");
    const old = new Date(Date.now() - 8 * 24 * 3_600_000);
    for (const name of ["tmp/old", "tmp/new", "uploads/old/1", "uploads/new/1"]) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), "half an obj");
    }
    utimesSync(join(folder, "tmp/old"), old, old);
    utimesSync(join(folder, "uploads/old"), old, old);
    expect(await listed()).toEqual([]);
    await bucket.write(key("f"), bytes("x"));
    expect(filesIn(folder)).toEqual(["tmp/new", "uploads/new/1"]);
    expect(await listed()).toEqual(["f"]);
  });
});

test("what fails in the system is told in words that help", async () => {
  await bucket.write(key("f"), bytes("x"));
  // A file where a folder of the service belongs.
  rmSync(join(dataPath, ".remote-storage/uploads"), { recursive: true });
  writeFileSync(join(dataPath, ".remote-storage/uploads"), "");
  const error: unknown = await bucket.multipart.create(key("f")).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StorageError);
  expect(String(error)).not.toContain(dataPath);
});

test("a copy between buckets carries the type, and neither object changes the other", async () => {
  await bucket.write(key("f"), bytes("x"), { type: "text/x" });
  const stat = await bucket.copy(key("f"), { bucket: "x-public", key: key("g//h") });
  expect(stat).toMatchObject({ key: "g//h", size: 1, type: "text/x" });
  await bucket.write(key("f"), bytes("changed"));
  const other = openDisk(configFor(dataPath), CONTEXT).bucket("x-public");
  const result = await other.read(key("g//h"));
  expect(result.state === "full" && (await readAll(result.body))).toBe("x");
});

test("hard links that a backup made keep the old bytes", async () => {
  await bucket.write(key("f"), bytes("old"));
  linkSync(join(inside, "f"), join(dataPath, "backup"));
  await bucket.write(key("f"), bytes("new"));
  expect(readFileSync(join(dataPath, "backup"), "utf8")).toBe("old");
});
