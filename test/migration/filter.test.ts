import { expect, test } from "vitest";
import { createFilter } from "../../functions/migration/filter.ts";

const only = (include: string) => createFilter({ include: [include], exclude: [] });

test.each([
  ["*.jpg", "a.jpg", true],
  ["*.jpg", "x/y/a.jpg", true],
  ["*.jpg", "a.jpg.tmp", false],
  ["/*.jpg", "a.jpg", true],
  ["/*.jpg", "x/a.jpg", false],
  ["x/*.jpg", "a/x/b.jpg", true],
  ["x/*.jpg", "a/x/y/b.jpg", false],
  ["x/**", "a/x/y/b.jpg", true],
  ["/x/**", "a/x/y/b.jpg", false],
  ["*.{jpg,png}", "b.png", true],
  ["[0-9]?.bin", "1a.bin", true],
  ["*", ".hidden", true],
  ["**", "any/thing at all\n", true],
  ["!(a)", "b", false],
])("%s for %j: %s", (pattern, key, wanted) => {
  expect(only(pattern)(key)).toBe(wanted);
});

test("without patterns everything is wanted, and what is excluded stays out", () => {
  expect(createFilter({ include: [], exclude: [] })("x")).toBe(true);
  const wanted = createFilter({ include: ["*.jpg"], exclude: ["/private/**"] });
  expect(["a.jpg", "private/a.jpg", "a.png"].map((key) => wanted(key))).toEqual([
    true,
    false,
    false,
  ]);
});
