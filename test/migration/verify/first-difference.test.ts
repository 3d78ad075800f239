import * as fc from "fast-check";
import { expect, test } from "vitest";
import { firstDifference } from "../../../functions/migration/verify/first-difference.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { bytes, inChunks } from "./memory-side.ts";

const lengths = fc.array(fc.nat(20), { maxLength: 6 });

test("equal bytes are equal however they are cut, and a changed one is found where it is", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      lengths,
      lengths,
      fc.nat(),
      async (whole, left, right, at) => {
        expect(await firstDifference(inChunks(whole, left), inChunks(whole, right))).toBe(
          undefined,
        );
        const offset = at % whole.length;
        const changed = whole.with(offset, (whole[offset] ?? 0) ^ 1);
        expect(await firstDifference(inChunks(whole, left), inChunks(changed, right))).toBe(offset);
      },
    ),
    { numRuns: propertyRuns(200, 20_000) },
  );
});

test("the shorter one differs where it ends", async () => {
  expect(await firstDifference(inChunks(bytes("abc"), []), inChunks(bytes("abcd"), [2]))).toBe(3);
  expect(await firstDifference(inChunks(bytes("a"), []), inChunks(bytes(""), []))).toBe(0);
});

test("what is not needed any more is not read, and closed", async () => {
  const ended: string[] = [];
  async function* endless(name: string, first: string): AsyncGenerator<Uint8Array> {
    try {
      yield bytes(first);
      for (;;) yield bytes("more");
    } finally {
      ended.push(name);
    }
  }
  expect(await firstDifference(endless("left", "a"), endless("right", "b"))).toBe(0);
  expect(ended).toEqual(["left", "right"]);
});
