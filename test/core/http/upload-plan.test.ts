import { planUpload, sliceAt, SINGLE_PUT_BELOW } from "@remote-storage/core/http/upload-plan.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { propertyRuns } from "../../support/property-runs.ts";

const MIB = 1024 * 1024;
const S3 = { minPart: 5 * MIB, maxPart: 5 * 1024 * MIB, maxParts: 10_000 };

describe("planUpload", () => {
  test.each([
    [0, 0, 1],
    [SINGLE_PUT_BELOW - 1, SINGLE_PUT_BELOW - 1, 1],
    [SINGLE_PUT_BELOW, 8 * MIB, 2],
    [80_000 * MIB, 8 * MIB, 10_000],
    [80_000 * MIB + 1, 9 * MIB, 8889],
  ])("%i bytes: parts of %i, %i of them", (size, partSize, partCount) => {
    expect(planUpload(size, undefined, S3)).toEqual({ size, partSize, partCount });
  });

  test("the parts are the object, each within the store's limits", () => {
    const sizes = fc.integer({ min: 0, max: 5 * 1024 ** 4 });
    const property = fc.property(sizes, fc.integer({ min: 0, max: 9999 }), (size, pick) => {
      const plan = planUpload(size, undefined, S3);
      expect(plan.partCount).toBeLessThanOrEqual(10_000);
      const number = (pick % plan.partCount) + 1;
      const { offset, length } = sliceAt(plan, number);
      const next = number === plan.partCount ? size : sliceAt(plan, number + 1).offset;
      expect(offset + length).toBe(next);
      expect(plan.partSize).toBeGreaterThanOrEqual(Math.min(size, S3.minPart));
    });
    fc.assert(property, { numRuns: propertyRuns(200, 10_000) });
  });

  test("a wish that the store cannot fulfil is refused with what it could", () => {
    expect(() => planUpload(100 * MIB, MIB, S3)).toThrow("Expected 5242880 to 5368709120");
    expect(planUpload(100 * MIB, 50 * MIB, S3)).toMatchObject({ partCount: 2 });
  });

  test("an object beyond the store's largest is refused", () => {
    const small = { minPart: MIB, maxPart: 4 * MIB, maxParts: 10 };
    expect(() => planUpload(41 * MIB, undefined, small)).toThrow("41943040");
    expect(planUpload(40 * MIB, undefined, small)).toMatchObject({ partSize: 4 * MIB });
  });
});
