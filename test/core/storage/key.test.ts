import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hasDotSegment,
  InvalidKeyError,
  MAX_KEY_BYTES,
  parseKey,
} from "../../../functions/core/storage/key.ts";

function tryParse(text: string): string {
  try {
    return parseKey(text);
  } catch (error) {
    if (error instanceof InvalidKeyError) return "refused";
    throw error;
  }
}

describe("keys", () => {
  test("every UTF-16 code unit alone is a key as it stands, halves of surrogate pairs excepted", () => {
    const wrong: string[] = [];
    for (let unit = 0; unit <= 0xffff; unit++) {
      const text = String.fromCharCode(unit);
      const half = unit >= 0xd800 && unit <= 0xdfff;
      if (tryParse(text) !== (half ? "refused" : text)) wrong.push(unit.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    "a/../b",
    "..",
    "//",
    "a//b",
    "/a",
    "a/",
    " ",
    "a?b#c%2F+",
    "\u0000",
    "😀",
    "é",
    "e\u0301",
  ])("%j stays as it is", (text) => {
    expect(parseKey(text)).toBe(text);
  });

  test("the limit counts bytes of UTF-8", () => {
    for (const letter of ["a", "é", "漢", "😀"]) {
      const most = letter.repeat(MAX_KEY_BYTES / Buffer.byteLength(letter));
      const longest = most.padEnd(most.length + MAX_KEY_BYTES - Buffer.byteLength(most), "a");
      expect(Buffer.byteLength(longest)).toBe(MAX_KEY_BYTES);
      expect(parseKey(longest)).toBe(longest);
      expect(() => parseKey(`${longest}a`)).toThrow("the key has 1025 bytes");
    }
  });

  test("an empty key is refused", () => {
    expect(() => parseKey("")).toThrow(InvalidKeyError);
  });

  test("any text is a key exactly when it is well-formed and of 1 to 1024 bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 1200, size: "max" }), (text) => {
        const bytes = Buffer.byteLength(text);
        const legal = text.isWellFormed() && bytes >= 1 && bytes <= MAX_KEY_BYTES;
        expect(tryParse(text)).toBe(legal ? text : "refused");
      }),
    );
  });
});

describe("dot segments", () => {
  test.each(["..", ".", "a/..", "../a", "a/./b", "a/../b"])("%j has one", (key) => {
    expect(hasDotSegment(key)).toBe(true);
  });
  test.each(["...", "a..b", "..a", "a.", ".a/b", "a/.b", "a//b", "%2e%2e"])(
    "%j has none",
    (key) => {
      expect(hasDotSegment(key)).toBe(false);
    },
  );
});
