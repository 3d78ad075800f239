import type { ByteRange } from "@remote-storage/core/storage/provider.ts";
import { expect, test } from "vitest";
import {
  body,
  failureKind,
  pattern,
  readBytes,
  readText,
  type Stage,
  someKey,
  text,
} from "./stage.ts";

const DIGITS = "0123456789";

interface RangeCase {
  readonly name: string;
  readonly range: ByteRange;
  readonly start: number;
  readonly end: number;
}

const ranges: readonly RangeCase[] = [
  { name: "the first byte", range: { start: 0, end: 0 }, start: 0, end: 0 },
  { name: "the last byte", range: { start: 9, end: 9 }, start: 9, end: 9 },
  { name: "a part within", range: { start: 3, end: 6 }, start: 3, end: 6 },
  { name: "from an offset on", range: { start: 7 }, start: 7, end: 9 },
  { name: "everything, as a range", range: { start: 0 }, start: 0, end: 9 },
  { name: "an end beyond the object", range: { start: 8, end: 999 }, start: 8, end: 9 },
  { name: "the last three bytes", range: { suffix: 3 }, start: 7, end: 9 },
  { name: "a suffix of the object's size", range: { suffix: 10 }, start: 0, end: 9 },
  { name: "a suffix larger than the object", range: { suffix: 100 }, start: 0, end: 9 },
];

const impossible: readonly { readonly name: string; readonly range: ByteRange }[] = [
  { name: "a start at the end", range: { start: 10 } },
  { name: "a start far beyond the end", range: { start: 1_000_000, end: 2_000_000 } },
  { name: "the last zero bytes", range: { suffix: 0 } },
];

export function readCases(stage: Stage): void {
  test("gives the bytes and no range of a whole object", async () => {
    const key = someKey();
    await stage.bucket.write(key, text(DIGITS));
    const result = await stage.bucket.read(key);
    expect(result).toMatchObject({ state: "full", range: { start: 0, end: 9 } });
    expect(await body(result)).toEqual(text(DIGITS));
  });

  test("gives an empty body and no offsets for an empty object", async () => {
    const key = someKey();
    await stage.bucket.write(key, new Uint8Array());
    const result = await stage.bucket.read(key);
    expect(result.state).toBe("full");
    expect(result).not.toHaveProperty("range");
    expect(await body(result)).toHaveLength(0);
  });

  test.each(ranges)("range: $name", async ({ range, start, end }) => {
    const key = someKey();
    await stage.bucket.write(key, text(DIGITS));
    const result = await stage.bucket.read(key, { range });
    expect(result).toMatchObject({ state: "partial", range: { start, end }, stat: { size: 10 } });
    expect(new TextDecoder().decode(await body(result))).toBe(DIGITS.slice(start, end + 1));
  });

  test.each(impossible)("range: $name is range-not-satisfiable", async ({ range }) => {
    const key = someKey();
    await stage.bucket.write(key, text(DIGITS));
    expect(await failureKind(stage.bucket.read(key, { range }))).toBe("range-not-satisfiable");
  });

  test("range: a start after its end is invalid-request", async () => {
    const key = someKey();
    await stage.bucket.write(key, text(DIGITS));
    const read = stage.bucket.read(key, { range: { start: 5, end: 4 } });
    expect(await failureKind(read)).toBe("invalid-request");
  });

  test("range: any of an empty object is range-not-satisfiable", async () => {
    const key = someKey();
    await stage.bucket.write(key, new Uint8Array());
    const read = stage.bucket.read(key, { range: { start: 0, end: 0 } });
    expect(await failureKind(read)).toBe("range-not-satisfiable");
  });

  test("range: of a missing object is not-found", async () => {
    const read = stage.bucket.read(someKey(), { range: { start: 0, end: 0 } });
    expect(await failureKind(read)).toBe("not-found");
  });

  test("range: across the chunks of a larger object", async () => {
    const key = someKey();
    const bytes = pattern(300_000);
    await stage.bucket.write(key, bytes);
    const part = await readBytes(stage.bucket, key, { range: { start: 65_530, end: 262_149 } });
    expect(Buffer.compare(part, bytes.subarray(65_530, 262_150))).toBe(0);
  });

  test("ifNoneMatch: the same etag is unchanged", async () => {
    const key = someKey();
    const { etag } = await stage.bucket.write(key, text(DIGITS));
    const result = await stage.bucket.read(key, { ifNoneMatch: etag });
    expect(result).toEqual({ state: "unchanged", etag });
  });

  test("ifNoneMatch: another etag gives the bytes", async () => {
    const key = someKey();
    const { etag } = await stage.bucket.write(key, text("old"));
    await stage.bucket.write(key, text("new"));
    expect(await readText(stage.bucket, key, { ifNoneMatch: etag })).toBe("new");
  });

  test("ifMatch: the same etag gives the bytes", async () => {
    const key = someKey();
    const { etag } = await stage.bucket.write(key, text(DIGITS));
    expect(await readText(stage.bucket, key, { ifMatch: etag })).toBe(DIGITS);
  });

  test("ifMatch: another etag is precondition-failed", async () => {
    const key = someKey();
    const { etag } = await stage.bucket.write(key, text("old"));
    await stage.bucket.write(key, text("new"));
    const read = stage.bucket.read(key, { ifMatch: etag });
    expect(await failureKind(read)).toBe("precondition-failed");
  });

  test("ifMatch: with a range reads that part of that very object", async () => {
    const key = someKey();
    const { etag } = await stage.bucket.write(key, text(DIGITS));
    const range = { start: 1, end: 2 };
    expect(await readText(stage.bucket, key, { ifMatch: etag, range })).toBe("12");
  });

  test("a missing object is not-found", async () => {
    expect(await failureKind(stage.bucket.read(someKey()))).toBe("not-found");
  });

  test("a body may be cancelled half-way", async () => {
    const key = someKey();
    await stage.bucket.write(key, pattern(1_000_000));
    const result = await stage.bucket.read(key);
    if (result.state === "unchanged") throw new Error("nothing was asked to be unchanged");
    const reader = result.body.getReader();
    expect((await reader.read()).value?.byteLength).toBeGreaterThan(0);
    await reader.cancel();
    expect((await stage.bucket.stat(key)).size).toBe(1_000_000);
  });

  test("two readers of one object do not disturb each other", async () => {
    const key = someKey();
    const bytes = pattern(500_000);
    await stage.bucket.write(key, bytes);
    const both = await Promise.all([readBytes(stage.bucket, key), readBytes(stage.bucket, key)]);
    expect(both.map((read) => Buffer.compare(read, bytes))).toEqual([0, 0]);
  });

  test("an aborted call rejects with the signal's reason", async () => {
    const reason = new Error("no longer wanted");
    const read = stage.bucket.read(someKey(), { signal: AbortSignal.abort(reason) });
    await expect(read).rejects.toBe(reason);
  });
}
