import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOut } from "../../functions/images/layout.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { pixelsOf, quarters, toSource } from "./originals.ts";
import { browser, lossless, pictures } from "./pictures.ts";

const FITS = ["cover", "contain", "inside", "outside", "fill"] as const;

describe("where pixels come to lie", () => {
  test.each([
    ["inside", { width: 100, height: 100 }, { width: 100, height: 67, left: 0, top: 0 }],
    ["outside", { width: 100, height: 100 }, { width: 150, height: 100, left: 0, top: 0 }],
    ["cover", { width: 100, height: 100 }, { width: 100, height: 100, left: 25, top: 0 }],
    ["contain", { width: 100, height: 100 }, { width: 100, height: 100, left: 0, top: -17 }],
    ["fill", { width: 100, height: 100 }, { width: 100, height: 100, left: 0, top: 0 }],
    ["cover", { width: 100 }, { width: 100, height: 67, left: 0, top: 0 }],
    ["fill", { height: 50 }, { width: 75, height: 50, left: 0, top: 0 }],
    ["inside", { width: 1000, height: 1000 }, { width: 300, height: 200, left: 0, top: 0 }],
    ["cover", {}, { width: 300, height: 200, left: 0, top: 0 }],
  ] as const)("%s %o", (fit, size, expected) => {
    expect(layOut({ width: 300, height: 200 }, { fit, ...size })).toMatchObject(expected);
  });

  test("without a size the longer side is 512", () => {
    expect(layOut({ width: 6000, height: 4000 }, { fit: "inside" })).toMatchObject({
      width: 512,
      height: 341,
    });
  });

  test("any wish gives sides of 1 to what was asked for, and a cut within what was scaled", () => {
    const side = fc.integer({ min: 1, max: 4096 });
    const original = fc.record({ width: fc.nat(65_534), height: fc.nat(65_534) });
    const wish = fc.record(
      { width: side, height: side, fit: fc.constantFrom(...FITS) },
      { requiredKeys: ["fit"] },
    );
    fc.assert(
      fc.property(original, wish, ({ width, height }, asked) => {
        const layout = layOut({ width: width + 1, height: height + 1 }, asked);
        const { left, top, scaled } = layout;
        const bounded = asked.fit === "inside" ? (asked.width ?? 65_536) : 4096 * 65_536;
        const padded = asked.fit === "contain";
        const [inner, outer] = padded ? [scaled, layout] : [layout, scaled];
        const [across, down] = [Math.abs(left), Math.abs(top)];
        expect(Math.min(layout.width, layout.height, scaled.width, scaled.height)).toBeGreaterThan(
          0,
        );
        expect(layout.width).toBeLessThanOrEqual(bounded);
        expect(across + inner.width).toBeLessThanOrEqual(outer.width);
        expect(down + inner.height).toBeLessThanOrEqual(outer.height);
        expect(padded ? Math.max(left, top) : -Math.min(left, top)).toBeLessThanOrEqual(0);
      }),
      { numRuns: propertyRuns(300, 5000) },
    );
  });
});

describe("the headers map a pixel of the answer to the original's", () => {
  test.each(FITS)("%s", async (fit) => {
    const bytes = await quarters().png().toBuffer();
    const wish = { ...lossless, fit, width: 90, height: 110 };
    const { body, headers } = await pictures.preview(toSource(bytes), wish);
    const pixels = await pixelsOf(body);
    expect([headers["X-Original-Width"], headers["X-Original-Height"]]).toEqual(["300", "200"]);
    for (const [x, y, colour] of [
      [60, 50, [255, 0, 0]],
      [240, 50, [0, 255, 0]],
      [60, 150, [0, 0, 255]],
      [240, 150, [255, 255, 255]],
    ] as const) {
      const column = Math.round(x * Number(headers["X-Scale-X"]) - Number(headers["X-Offset-X"]));
      const row = Math.round(y * Number(headers["X-Scale-Y"]) - Number(headers["X-Offset-Y"]));
      // Cut off by cover: nothing to look at.
      if (column < 0 || column >= pixels.width) continue;
      expect(pixels.at(column, row).slice(0, 3)).toEqual(colour);
    }
  });

  test("what contain pads lets through, and is white without transparency", async () => {
    const bytes = await quarters().jpeg().toBuffer();
    const wish = { ...browser, fit: "contain", width: 100, height: 100 } as const;
    const clear = await pictures.preview(toSource(bytes), wish);
    expect((await pixelsOf(clear.body)).at(50, 2)[3]).toBe(0);
    const white = await pictures.preview(toSource(bytes), { ...wish, encodings: ["jpeg"] });
    expect((await pixelsOf(white.body)).at(50, 2)).toEqual([255, 255, 255]);
  });
});

describe("EXIF's orientation is applied", () => {
  // Which corner of the upright picture is red: the first quarter of what is stored.
  test.each([
    [1, 0, 0],
    [2, 1, 0],
    [3, 1, 1],
    [4, 0, 1],
    [5, 0, 0],
    [6, 1, 0],
    [7, 1, 1],
    [8, 0, 1],
  ])("%d", async (orientation, right, bottom) => {
    const bytes = await quarters().withMetadata({ orientation }).jpeg().toBuffer();
    const turned = orientation >= 5;
    const source = toSource(bytes);
    const { body, headers } = await pictures.preview(source, { ...lossless, width: 100 });
    const pixels = await pixelsOf(body);
    expect([pixels.width, pixels.height]).toEqual(turned ? [100, 150] : [100, 67]);
    expect(headers).toMatchObject({
      "X-Orientation-Applied": String(orientation),
      "X-Original-Width": turned ? "200" : "300",
    });
    const [red = 0, green = 0, blue = 0] = pixels.at(
      Math.round(pixels.width * (0.25 + 0.5 * right)),
      Math.round(pixels.height * (0.25 + 0.5 * bottom)),
    );
    expect([red > 240, green < 15, blue < 15]).toEqual([true, true, true]);
    const facts = await pictures.inspect(source, false);
    expect(facts).toMatchObject({ orientation, width: turned ? 200 : 300 });
  });
});
