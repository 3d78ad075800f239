import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentRange, parseRange, resolveRange } from "../../../functions/core/http/range.ts";

describe("parseRange", () => {
  test.each([
    ["bytes=0-99", { start: 0, end: 99 }],
    ["bytes=5-5", { start: 5, end: 5 }],
    ["bytes=100-", { start: 100 }],
    ["bytes=-20", { suffix: 20 }],
    ["bytes=-0", { suffix: 0 }],
    ["Bytes=1-2", { start: 1, end: 2 }],
    ["bytes= 1-2 ", { start: 1, end: 2 }],
    ["bytes=0-99999999999999999999", { start: 0, end: Number.MAX_SAFE_INTEGER }],
  ])("%s", (header, range) => {
    expect(parseRange(header)).toEqual(range);
  });

  test.each([
    null,
    "",
    "bytes",
    "bytes=",
    "bytes=-",
    "bytes=2-1",
    "bytes=0-1,4-5",
    "bytes=a-b",
    "bytes=1.5-2",
    "bytes=+1-2",
    "bytes=1 - 2",
    "bytes=0x1-2",
    "items=0-1",
    "bytes=0-1\n",
    " bytes=0-1",
  ])("%j is ignored", (header) => {
    expect(parseRange(header)).toBeUndefined();
  });
});

describe("resolveRange", () => {
  test.each([
    [{ start: 0, end: 3 }, 10, { start: 0, end: 3 }],
    [{ start: 8, end: 30 }, 10, { start: 8, end: 9 }],
    [{ start: 9 }, 10, { start: 9, end: 9 }],
    [{ suffix: 3 }, 10, { start: 7, end: 9 }],
    [{ suffix: 30 }, 10, { start: 0, end: 9 }],
    [{ start: 10 }, 10, undefined],
    [{ start: 0 }, 0, undefined],
    [{ suffix: 0 }, 10, undefined],
    [{ suffix: 1 }, 0, undefined],
  ])("%j of %i bytes", (range, size, offsets) => {
    expect(resolveRange(range, size)).toEqual(offsets);
  });

  test("covers exactly the bytes that the range names", () => {
    const range = fc.oneof(
      fc.record({ start: fc.nat(20), end: fc.nat(20) }),
      fc.record({ start: fc.nat(20) }),
      fc.record({ suffix: fc.nat(20) }),
    );
    fc.assert(
      fc.property(range, fc.nat(20), (wished, size) => {
        const all = Array.from({ length: size }, (_, i) => i);
        const named = all.filter((i) =>
          "suffix" in wished
            ? i >= size - wished.suffix
            : i >= wished.start && i <= ("end" in wished ? wished.end : size),
        );
        const offsets = resolveRange(wished, size);
        expect(offsets === undefined ? [] : all.slice(offsets.start, offsets.end + 1)).toEqual(
          named,
        );
      }),
    );
  });
});

test("contentRange", () => {
  expect(contentRange({ start: 2, end: 5 }, 10)).toBe("bytes 2-5/10");
  expect(contentRange(undefined, 10)).toBe("bytes */10");
});
