import * as fc from "fast-check";
import { MAX_KEY_BYTES, type ObjectKey, parseKey } from "../../../functions/core/storage/key.ts";

/** Names that trip URL parsers, path joiners and encoders. */
export const HOSTILE_KEYS: readonly string[] = [
  "a b",
  "a+b",
  "a%2Fb",
  "a%2fb%",
  "%",
  "%%zz",
  "?",
  "#",
  "a?b=c&d#e",
  "/",
  "//",
  "/leading",
  "trailing/",
  "a//b",
  ".",
  "..",
  "a/./b",
  "a/../b",
  "../../etc/passwd",
  "%2e%2e/%2e%2e/other/secret",
  "!'()*",
  "~-._",
  "=&;,:@$",
  '"<>[]{}|\\^`',
  "größe.jpg",
  "写真/猫.png",
  "👩‍👩‍👧‍👦/🐈",
  "é vs e\u0301",
  "\t\n\r",
  "\u0000\u0001\u007f",
  "\u2028\ufeff\ufffd",
  "a".repeat(MAX_KEY_BYTES),
  "é".repeat(MAX_KEY_BYTES / 2),
  "🐈".repeat(MAX_KEY_BYTES / 4),
];

function fits(text: string): boolean {
  return text !== "" && Buffer.byteLength(text) <= MAX_KEY_BYTES;
}

const part = fc.oneof(
  fc.constantFrom(...HOSTILE_KEYS),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
);

export const objectKey: fc.Arbitrary<ObjectKey> = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"))
  .filter(fits)
  .map(parseKey);

/** Whole seconds, in the years that four digits and the SDKs agree on. */
export const signingTime: fc.Arbitrary<Date> = fc
  .integer({ min: Date.UTC(2001, 0) / 1000, max: Date.UTC(2099, 0) / 1000 })
  .map((seconds) => new Date(seconds * 1000));

export const seconds: fc.Arbitrary<number> = fc.integer({ min: 1, max: 604_800 });

/** Printable ASCII, as keys and tokens of credentials are. */
export const secret: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom("A", "Z", "a", "z", "0", "9", "/", "+", "=", "_", "-"),
  minLength: 1,
  maxLength: 100,
});

/** Printable ASCII, as the ids of uploads and versions are. */
export const identifier: fc.Arbitrary<string> = fc
  .string({ unit: "grapheme-ascii", minLength: 1 })
  .map((text) => text.replaceAll(" ", "~"));

export const filename: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.constantFrom("cat.jpg", 'a"b\\c.txt', "a\r\nSet-Cookie: x", "größe 100%.png", "日本.tif"),
);
