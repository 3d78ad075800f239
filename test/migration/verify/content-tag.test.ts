import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  computeTag,
  guessPartSize,
  parseTag,
} from "../../../functions/migration/verify/content-tag.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { inChunks } from "./memory-side.ts";

const md5 = (...parts: readonly Uint8Array[]) => {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

describe("what a store says of the bytes", () => {
  test.each([
    ['"d41d8cd98f00b204e9800998ecf8427e"', { text: "d41d8cd98f00b204e9800998ecf8427e", parts: 0 }],
    ["d41d8cd98f00b204e9800998ecf8427e", { text: "d41d8cd98f00b204e9800998ecf8427e", parts: 0 }],
    [
      '"d41d8cd98f00b204e9800998ecf8427e-17"',
      { text: "d41d8cd98f00b204e9800998ecf8427e-17", parts: 17 },
    ],
    // The local disk, Azure, Google's composed objects, a weak one.
    ['"5-18a2b-9f"', undefined],
    ['"0x8DC1E7C2B2D6F60"', undefined],
    ['"-CJjxvOzQ3vYCEAE="', undefined],
    ['W/"d41d8cd98f00b204e9800998ecf8427e"', undefined],
    [undefined, undefined],
  ])("%s", (text, expected) => {
    expect(parseTag(text)).toEqual(expected);
  });
});

test("the tag of bytes does not depend on how they arrive", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(fc.nat(50), { maxLength: 8 }),
      fc.integer({ min: 1, max: 210 }),
      async (whole, lengths, partSize) => {
        expect(await computeTag(inChunks(whole, lengths))).toBe(md5(whole).toString("hex"));
        const parts = Array.from({ length: Math.ceil(whole.length / partSize) }, (_, index) =>
          md5(whole.subarray(index * partSize, (index + 1) * partSize)),
        );
        const expected = `${md5(...parts).toString("hex")}-${parts.length}`;
        expect(await computeTag(inChunks(whole, lengths), partSize)).toBe(expected);
      },
    ),
    { numRuns: propertyRuns(200, 20_000) },
  );
});

test("the part size of an upload is guessed from the number of its parts, ours first", () => {
  const mib = 1024 * 1024;
  expect(guessPartSize(100 * mib, 20)).toBe(5 * mib);
  expect(guessPartSize(100 * mib, 13)).toBe(8 * mib);
  expect(guessPartSize(100 * mib, 13, 7.9 * mib)).toBe(7.9 * mib);
  expect(guessPartSize(100 * mib, 13, 16 * mib)).toBe(8 * mib);
  expect(guessPartSize(100 * mib, 9999)).toBeUndefined();
});
