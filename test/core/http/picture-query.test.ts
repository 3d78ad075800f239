import {
  previewQuery,
  toOperation,
  toPreviewWish,
} from "@remote-storage/core/http/picture-query.ts";
import * as v from "valibot";
import { describe, expect, test } from "vitest";

const read = (query: Record<string, string>) =>
  toPreviewWish(v.parse(previewQuery, query), ["webp", "plain"]);

describe("what a preview may be asked for", () => {
  test("nothing: what the client accepts, whole", () => {
    expect(read({})).toEqual({ fit: "inside", encodings: ["webp", "plain"] });
  });

  test("everything", () => {
    expect(
      read({
        width: "640",
        height: "480",
        fit: "cover",
        format: "png",
        quality: "70",
        page: "3",
        window: "p1,p99",
        bands: "4,3,2",
        kernel: "nearest",
      }),
    ).toEqual({
      width: 640,
      height: 480,
      fit: "cover",
      encodings: ["png"],
      quality: 70,
      page: 3,
      window: { type: "percentiles", low: 1, high: 99 },
      bands: [4, 3, 2],
      kernel: "nearest",
    });
  });

  test.each([
    ["minmax", { type: "minmax" }],
    ["0,4095", { type: "values", low: 0, high: 4095 }],
    ["-1000,400", { type: "values", low: -1000, high: 400 }],
    ["1e-3,2.5E2", { type: "values", low: 0.001, high: 250 }],
    ["p0.5,p99.5", { type: "percentiles", low: 0.5, high: 99.5 }],
  ])("a window of %s", (window, parsed) => {
    expect(read({ window }).window).toEqual(parsed);
  });

  test.each([
    { width: "0" },
    { width: "4097" },
    { width: "1.5" },
    { width: "-1" },
    { width: "" },
    { height: "1e3" },
    { fit: "stretch" },
    { format: "gif" },
    { quality: "0" },
    { quality: "101" },
    { page: "-1" },
    { window: "5,5" },
    { window: "9,3" },
    { window: "p99,p1" },
    { window: "p1,p101" },
    { window: "1,p99" },
    { window: "NaN,1" },
    { window: "auto" },
    { bands: "0" },
    { bands: "1,2" },
    { bands: "1,2,3,4" },
    { kernel: "box" },
  ])("%o is refused", (query) => {
    expect(v.is(previewQuery, query)).toBe(false);
  });
});

test("equal wishes have equal keys, different ones different", () => {
  const key = (query: Record<string, string>) => toOperation("preview", "1", read(query));
  expect(key({ width: "064", window: "0,10" })).toEqual(key({ width: "64", window: "0.0,1e1" }));
  const all = [
    {},
    { width: "64" },
    { height: "64" },
    { width: "64", fit: "cover" },
    { format: "webp" },
    { page: "0" },
    { bands: "1" },
    { bands: "1,2,3" },
    { window: "minmax" },
    { window: "1,99" },
    { window: "p1,p99" },
    { kernel: "nearest" },
    { quality: "64" },
  ];
  expect(new Set(all.map((query) => JSON.stringify(key(query)))).size).toBe(all.length);
  expect(toOperation("convert", "1", read({}))).not.toEqual(key({}));
});
