import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Page } from "@remote-storage/core/storage/provider.ts";
import { expect, test } from "vitest";
import { allPages, byUtf8, failureKind, folder, type Stage, text } from "./stage.ts";

/** UTF-8 puts U+FFxx before the astral planes; UTF-16 (JavaScript's `<`) the other way round. */
const unordered = [
  "b",
  "a",
  "B",
  "a-",
  "a/b",
  "a0",
  "é",
  "z",
  "～",
  "😀",
  "ｚ",
  "𐀀",
  "!",
  "~",
  "猫",
];

function names(pages: readonly Page[], prefix: string): string[] {
  return pages.flatMap((page) => page.objects.map(({ key }) => key.slice(prefix.length)));
}

function rolled(pages: readonly Page[], prefix: string): string[] {
  return pages.flatMap((page) => page.prefixes.map((name) => name.slice(prefix.length)));
}

const MD5_OF_HELLO = "5d41402abc4b2a76b9719d911017c592";

export function listCases(stage: Stage): void {
  async function fill(prefix: string, rests: readonly string[]): Promise<void> {
    await Promise.all(rests.map((name) => stage.bucket.write(parseKey(prefix + name), text(name))));
  }

  const visible = (all: readonly string[]): readonly string[] =>
    stage.subject.traits.hidesBelowObjects === true
      ? all.filter((name) => !all.some((other) => name.startsWith(`${other}/`)))
      : all;
  const acrossPages = (found: readonly string[]): readonly string[] =>
    stage.subject.traits.ordersByUtf16 === true ? found.toSorted(byUtf8) : found;

  test("tells what stat tells", async () => {
    const prefix = folder();
    const key = parseKey(`${prefix}object`);
    const { etag, modified } = await stage.bucket.write(key, text("hello"));
    const { objects } = await stage.bucket.list({ prefix });
    // Where the listing has no MD5 there is nothing to compare; where it has one, it is the bytes'.
    const [{ md5 = MD5_OF_HELLO } = {}] = objects;
    expect(objects.map((object) => ({ ...object, md5 }))).toEqual([
      { key, size: 5, etag, modified: expect.any(Date), md5: MD5_OF_HELLO },
    ]);
    expect(Math.abs((objects[0]?.modified.getTime() ?? 0) - modified.getTime())).toBeLessThan(2000);
  });

  test("a prefix that matches nothing is one empty page", async () => {
    expect(await stage.bucket.list({ prefix: folder() })).toEqual({ objects: [], prefixes: [] });
  });

  test("is in UTF-8 byte order", async () => {
    const prefix = folder();
    await fill(prefix, unordered);
    const pages = await allPages(stage.bucket, { prefix });
    expect(names(pages, prefix)).toEqual(visible(unordered.toSorted(byUtf8)));
  });

  test.each([1, 2, 3])("is in UTF-8 byte order over pages of %i", async (limit) => {
    const prefix = folder();
    await fill(prefix, unordered);
    const pages = await allPages(stage.bucket, { prefix, limit });
    expect(acrossPages(names(pages, prefix))).toEqual(visible(unordered.toSorted(byUtf8)));
    expect(Math.max(...pages.map((page) => page.objects.length))).toBeLessThanOrEqual(limit);
  });

  test("the prefix is literal: it need not end a segment", async () => {
    const prefix = folder();
    await fill(prefix, ["a", "ab", "a/c", "b"]);
    const pages = await allPages(stage.bucket, { prefix: `${prefix}a` });
    expect(names(pages, prefix)).toEqual(visible(["a", "a/c", "ab"]));
  });

  test("a prefix that ends in a slash holds neither the name without nor its siblings", async () => {
    const prefix = folder();
    await fill(prefix, ["a", "ab", "a/c", "a-evil/x"]);
    const pages = await allPages(stage.bucket, { prefix: `${prefix}a/` });
    expect([...names(pages, prefix)]).toEqual(visible(["a", "a/c"]).slice(1));
  });

  test("a whole key as the prefix finds it", async () => {
    const prefix = folder();
    await fill(prefix, ["object", "objects"]);
    const pages = await allPages(stage.bucket, { prefix: `${prefix}object` });
    expect(names(pages, prefix)).toEqual(["object", "objects"]);
  });

  test.each(["a b/", "a+b/", "a%2Fb/", "a&b=c/", "a?b#c/", "é/", "😀/", "a*/", "a\\"])(
    "the prefix %s",
    async (odd) => {
      const prefix = folder();
      const found = [`${odd}x`].filter((name) => !stage.subject.traits.refusesKey?.(prefix + name));
      await fill(prefix, [...found, "other"]);
      const pages = await allPages(stage.bucket, { prefix: prefix + odd });
      expect(names(pages, prefix)).toEqual(found);
    },
  );

  test("the delimiter rolls keys up", async () => {
    const prefix = folder();
    await fill(prefix, ["a/1", "a/2", "b", "c/d/e", "f"]);
    const pages = await allPages(stage.bucket, { prefix, delimiter: "/" });
    expect(names(pages, prefix)).toEqual(["b", "f"]);
    expect(rolled(pages, prefix)).toEqual(["a/", "c/"]);
  });

  test("the delimiter is looked for after the prefix", async () => {
    const prefix = folder();
    await fill(prefix, ["a/1", "a/b/2", "ab/3"]);
    const inside = await allPages(stage.bucket, { prefix: `${prefix}a/`, delimiter: "/" });
    expect([names(inside, prefix), rolled(inside, prefix)]).toEqual([["a/1"], ["a/b/"]]);
    const before = await allPages(stage.bucket, { prefix: `${prefix}a`, delimiter: "/" });
    expect([names(before, prefix), rolled(before, prefix)]).toEqual([[], ["a/", "ab/"]]);
  });

  test.each([1, 2, 3])("the delimiter over pages of %i", async (limit) => {
    const prefix = folder();
    await fill(prefix, ["a/1", "a/2", "a/3", "b", "c/1", "c/2", "d", "e/1", "é/1", "ｚ/1", "😀/1"]);
    const pages = await allPages(stage.bucket, { prefix, delimiter: "/", limit });
    expect(names(pages, prefix)).toEqual(["b", "d"]);
    expect(acrossPages(rolled(pages, prefix))).toEqual(["a/", "c/", "e/", "é/", "ｚ/", "😀/"]);
    const sizes = pages.map(({ objects, prefixes }) => objects.length + prefixes.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
  });

  test("an object beside the prefix of the same name", async () => {
    const prefix = folder();
    await fill(prefix, ["a", "a/1"]);
    const pages = await allPages(stage.bucket, { prefix, delimiter: "/" });
    expect([names(pages, prefix), rolled(pages, prefix)]).toEqual([
      ["a"],
      visible(["a", "a/1"]).length === 1 ? [] : ["a/"],
    ]);
  });

  test("a page holds at most its limit, and a cursor says that there is more", async () => {
    const prefix = folder();
    await fill(prefix, ["a", "b", "c"]);
    const page = await stage.bucket.list({ prefix, limit: 2 });
    expect(page.objects.length).toBeLessThanOrEqual(2);
    expect(page.cursor).toEqual(expect.any(String));
  });

  test("the last page has no cursor", async () => {
    const prefix = folder();
    await fill(prefix, ["a", "b"]);
    expect(await stage.bucket.list({ prefix, limit: 1000 })).not.toHaveProperty("cursor");
  });

  test("a cursor goes on when the last object of its page is gone", async () => {
    const prefix = folder();
    await fill(prefix, ["a", "b", "c", "d"]);
    const first = await stage.bucket.list({ prefix, limit: 2 });
    for (const { key } of first.objects) await stage.bucket.remove(key);
    if (first.cursor === undefined) throw new Error("there is more");
    const rest = await stage.bucket.list({ prefix, cursor: first.cursor });
    expect(names([first, rest], prefix)).toEqual(["a", "b", "c", "d"]);
  });

  test("does not show an object of another bucket", async () => {
    const prefix = folder();
    await stage.subject.second.write(parseKey(`${prefix}elsewhere`), text("x"));
    expect((await stage.bucket.list({ prefix })).objects).toEqual([]);
  });

  test.each([0, -1, 1001, 1.5])("a limit of %d is invalid-request", async (limit) => {
    expect(await failureKind(stage.bucket.list({ limit }))).toBe("invalid-request");
  });

  test("a cursor that no listing gave is invalid-request", async () => {
    const listing = stage.bucket.list({ prefix: folder(), cursor: "!not a cursor!" });
    expect(await failureKind(listing)).toBe("invalid-request");
  });

  test("a missing bucket is no-bucket", async () => {
    expect(await failureKind(stage.subject.missing.list())).toBe("no-bucket");
  });

  test("an aborted call rejects with the signal's reason", async () => {
    const reason = new Error("no longer wanted");
    const listing = stage.bucket.list({ prefix: folder(), signal: AbortSignal.abort(reason) });
    await expect(listing).rejects.toBe(reason);
  });
}
