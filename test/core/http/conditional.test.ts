import { describe, expect, test } from "vitest";
import { evaluateConditions, rangeApplies } from "../../../functions/core/http/conditional.ts";
import { parseHttpDate } from "../../../functions/core/http/http-date.ts";

const MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
const EARLIER = "Sun, 06 Nov 1994 08:49:36 GMT";
const LATER = "Sun, 06 Nov 1994 08:49:38 GMT";
/** Finer than a header can say. */
const CURRENT = { etag: '"a-1"', modified: new Date("1994-11-06T08:49:37.900Z") };

interface Case {
  readonly headers: Record<string, string>;
  readonly get: string;
  readonly put?: string;
}

describe("with an object", () => {
  const cases: readonly Case[] = [
    { headers: {}, get: "proceed" },
    { headers: { "if-match": '"a-1"' }, get: "proceed" },
    { headers: { "if-match": '"b", "a-1"' }, get: "proceed" },
    { headers: { "if-match": "a-1" }, get: "proceed" },
    { headers: { "if-match": "*" }, get: "proceed" },
    { headers: { "if-match": '"b"' }, get: "failed" },
    { headers: { "if-match": 'W/"a-1"' }, get: "failed" },
    { headers: { "if-none-match": '"a-1"' }, get: "not-modified", put: "failed" },
    { headers: { "if-none-match": 'W/"a-1"' }, get: "not-modified", put: "failed" },
    { headers: { "if-none-match": '"b",W/"a-1"' }, get: "not-modified", put: "failed" },
    { headers: { "if-none-match": "*" }, get: "not-modified", put: "failed" },
    { headers: { "if-none-match": '"b"' }, get: "proceed" },
    { headers: { "if-none-match": '"x, "a-1' }, get: "proceed" },
    { headers: { "if-modified-since": MODIFIED }, get: "not-modified", put: "proceed" },
    { headers: { "if-modified-since": LATER }, get: "not-modified", put: "proceed" },
    { headers: { "if-modified-since": EARLIER }, get: "proceed" },
    { headers: { "if-modified-since": "yesterday" }, get: "proceed" },
    { headers: { "if-unmodified-since": MODIFIED }, get: "proceed" },
    { headers: { "if-unmodified-since": LATER }, get: "proceed" },
    { headers: { "if-unmodified-since": EARLIER }, get: "failed" },
    { headers: { "if-unmodified-since": "2020" }, get: "proceed" },
  ];
  test.each(cases)("$headers", ({ headers, get, put = get }) => {
    expect(evaluateConditions("GET", new Headers(headers), CURRENT)).toBe(get);
    expect(evaluateConditions("HEAD", new Headers(headers), CURRENT)).toBe(get);
    expect(evaluateConditions("PUT", new Headers(headers), CURRENT)).toBe(put);
  });

  test.each([
    // A tag that matches makes the date beside it void, in both pairs.
    [{ "if-match": '"a-1"', "if-unmodified-since": EARLIER }, "proceed"],
    [{ "if-none-match": '"b"', "if-modified-since": MODIFIED }, "proceed"],
    // The first pair goes before the second.
    [{ "if-match": '"b"', "if-none-match": '"a-1"' }, "failed"],
    [{ "if-match": '"a-1"', "if-none-match": '"a-1"' }, "not-modified"],
    [{ "if-unmodified-since": EARLIER, "if-modified-since": MODIFIED }, "failed"],
    [{ "if-unmodified-since": MODIFIED, "if-none-match": '"a-1"' }, "not-modified"],
  ])("in the order of the RFC: %o", (headers, verdict) => {
    expect(evaluateConditions("GET", new Headers(headers), CURRENT)).toBe(verdict);
  });
});

test.each([
  [{ "if-match": "*" }, "failed"],
  [{ "if-match": '"a-1"' }, "failed"],
  [{ "if-none-match": "*" }, "proceed"],
  [{ "if-unmodified-since": EARLIER }, "proceed"],
  [{ "if-modified-since": LATER }, "proceed"],
])("without an object: %o", (headers, verdict) => {
  expect(evaluateConditions("PUT", new Headers(headers), undefined)).toBe(verdict);
});

test.each([
  [undefined, true],
  ['"a-1"', true],
  ['W/"a-1"', false],
  ['"b"', false],
  [MODIFIED, true],
  [EARLIER, false],
  [LATER, false],
])("If-Range %s", (value, applies) => {
  const headers = new Headers(value === undefined ? {} : { "if-range": value });
  expect(rangeApplies(headers, CURRENT)).toBe(applies);
});

describe("parseHttpDate", () => {
  test.each([MODIFIED, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])(
    "%s",
    (text) => {
      expect(parseHttpDate(text)?.toISOString()).toBe("1994-11-06T08:49:37.000Z");
    },
  );

  test.each([
    "",
    "1994",
    "1994-11-06T08:49:37Z",
    "Sun, 06 Nov 1994 08:49:37 CET",
    "Sun, 99 Nov 1994 08:49:37 GMT",
  ])("%j is no date", (text) => {
    expect(parseHttpDate(text)).toBeUndefined();
  });
});
