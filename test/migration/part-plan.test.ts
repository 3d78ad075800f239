import * as fc from "fast-check";
import { expect, test } from "vitest";
import { partSizeOf, slicesOf } from "../../functions/migration/part-plan.ts";

const MIB = 1024 * 1024;
const S3 = { minPart: 5 * MIB, maxPart: 5 * 1024 * MIB, maxParts: 10_000 };

test("parts cover the object without a gap, within the store's limits, up to the largest object", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 * 1024 ** 4 }), (size) => {
      const part = partSizeOf(size, S3);
      expect(part).toBeGreaterThanOrEqual(S3.minPart);
      expect(part).toBeLessThanOrEqual(S3.maxPart);
      const slices = slicesOf(size, part);
      expect(slices.length).toBeLessThanOrEqual(S3.maxParts);
      let end = 0;
      for (const { start, length } of slices) {
        if (start !== end) throw new Error(`a gap at ${end}`);
        end += length;
      }
      expect(end).toBe(size);
    }),
    { numRuns: 50 },
  );
});

test("an object that no number of parts holds is refused", () => {
  const tiny = { minPart: 1, maxPart: 20 * MIB, maxParts: 2 };
  expect(partSizeOf(40 * MIB, tiny)).toBe(20 * MIB);
  expect(() => partSizeOf(40 * MIB + 1, tiny)).toThrow(/more than 2 parts/);
});
