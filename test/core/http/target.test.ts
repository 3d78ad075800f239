import { ProblemError } from "@remote-storage/core/http/problem.ts";
import { parseTarget } from "@remote-storage/core/http/target.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { propertyRuns } from "../../support/property-runs.ts";

describe("parseTarget", () => {
  test.each([
    ["/a/../b//c%2Fd?x=1", "/a/../b//c%2Fd", { x: "1" }],
    ["http://host.example:80/a?x=1", "/a", { x: "1" }],
    ["/a?", "/a", {}],
    ["/a?x", "/a", { x: "" }],
    ["/a?x=a=b", "/a", { x: "a=b" }],
    ["/a?x=a+b%2Bc%20d", "/a", { x: "a b+c d" }],
    ["/a?link=https://e.example/?y=1", "/a", { link: "https://e.example/?y=1" }],
    ["/a?&&x=1&", "/a", { x: "1" }],
    ["/a#fragment", "/a", {}],
    ["", "/", {}],
  ])("%s", (target, path, query) => {
    const parsed = parseTarget(target);
    expect(parsed.path).toBe(path);
    expect(Object.fromEntries(parsed.query)).toEqual(query);
  });

  test("reads what encodeURIComponent and URLSearchParams write", () => {
    const property = fc.property(fc.string({ unit: "grapheme" }), (value) => {
      const spellings = [
        `x=${encodeURIComponent(value)}`,
        String(new URLSearchParams({ x: value })),
      ];
      for (const query of spellings) expect(parseTarget(`/?${query}`).query.get("x")).toBe(value);
    });
    fc.assert(property, { numRuns: propertyRuns(200, 10_000) });
  });

  test.each(["/?x=%zz", "/?x=%ff", "/?%ff=1", "/?x=1&x=2"])("%s is refused", (target) => {
    expect(() => parseTarget(target)).toThrow(ProblemError);
  });
});
