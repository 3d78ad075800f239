import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Finding } from "../../../functions/migration/verify/finding.ts";
import { verify } from "../../../functions/migration/verify/verify.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { bytes, memorySide } from "./memory-side.ts";

/** Names in which the orders by UTF-8 and by UTF-16 differ, and some plain ones. */
const name = fc
  .array(
    fc.constantFrom("a", "z/", "\u00e9", "\ud7ff", "\ue000", "\uffee", "\u{10000}", "\u{1f600}"),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((units) => units.join(""));

const byUtf16 = (left: string, right: string): number => (left < right ? -1 : Number(left > right));

test("in whatever order a store lists, each name is told once and rightly", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(name, fc.constantFrom("", "x", "y")),
      fc.dictionary(name, fc.constantFrom("", "x", "y")),
      fc.constantFrom(compareKeys, byUtf16),
      fc.constantFrom(compareKeys, byUtf16),
      async (left, right, sourceOrder, targetOrder) => {
        const findings: Finding[] = [];
        await verify({
          source: textSide(left, sourceOrder),
          target: textSide(right, targetOrder),
          deliver: (finding) => void findings.push(finding),
        });
        const expected = new Map(
          [...Object.keys(left), ...Object.keys(right)].map((key) => [
            key,
            outcomeOf(left[key], right[key]),
          ]),
        );
        expect(findings).toHaveLength(expected.size);
        expect(new Map(findings.map((found) => [found.name, found.outcome]))).toEqual(expected);
      },
    ),
    { numRuns: propertyRuns(300, 20_000) },
  );
});

function textSide(texts: Record<string, string>, order: typeof byUtf16) {
  const objects = Object.entries(texts).map(([key, text]) => [key, bytes(text)] as const);
  return memorySide(Object.fromEntries(objects), { order });
}

function outcomeOf(left: string | undefined, right: string | undefined): string {
  if (left === undefined) return "extra";
  if (right === undefined) return "missing";
  if (left === right) return "equal";
  return left.length === right.length ? "content" : "size";
}
