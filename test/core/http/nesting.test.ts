import { nestsDeeperThan } from "@remote-storage/core/http/nesting.ts";
import { assert, jsonValue, property } from "fast-check";
import { describe, expect, test } from "vitest";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("how deep JSON nests", () => {
  test.each([
    ["[]", 1],
    ['{"a":[{}]}', 3],
    ['"[[[["', 0],
    [String.raw`["\"[[["]`, 1],
    [String.raw`["\\",[]]`, 2],
    ['{"[[":"{{"}', 1],
    ["[],[],[]", 1],
  ])("%s", (text, depth) => {
    expect(nestsDeeperThan(text, depth)).toBe(false);
    expect(depth > 0 && nestsDeeperThan(text, depth - 1)).toBe(depth > 0);
  });

  test("any value", () => {
    assert(
      property(jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const depth = depthOf(value);
        expect(nestsDeeperThan(text, depth)).toBe(false);
        expect(depth === 0 || nestsDeeperThan(text, depth - 1)).toBe(true);
      }),
    );
  });
});
