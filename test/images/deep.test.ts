import { describe, expect, test } from "vitest";
import { WIDTH, pixelsOf, tiff, toSource } from "./originals.ts";
import { browser, lossless, pictures, refusal } from "./pictures.ts";

const ramp = (x: number) => x;

/** A ramp with two holes, as sensors and grids have them. */
function holes(x: number): number {
  if (x === 5) return Number.NaN;
  return x === 6 ? Number.POSITIVE_INFINITY : x;
}

/** A ramp with one broken pixel. */
function hot(x: number, y: number): number {
  return x === 150 && y === 100 ? 65_535 : 1000 + x;
}

/** Shades at the left and at the right end, and how many there are. */
async function ends(bytes: Buffer, wish = {}) {
  const { body, headers } = await pictures.preview(toSource(bytes), { ...lossless, ...wish });
  const pixels = await pixelsOf(body);
  const [left = -1] = pixels.at(0, 0);
  const [right = -1] = pixels.at(pixels.width - 1, 0);
  return { left, right, count: pixels.shades.size, window: headers["X-Window"] };
}

describe("numbers deeper than 8 bits are no black picture", () => {
  test.each([
    ["uint16 of a 12-bit scan", tiff(Uint16Array, 1, (x) => 1000 + 3 * x), "1000,1897"],
    ["int16, as heights have it", tiff(Int16Array, 1, (x) => x - 150), "-150,149"],
    ["uint32 beyond 2³¹", tiff(Uint32Array, 1, (x) => x * 10_000_000), "0,2990000000"],
    ["int32", tiff(Int32Array, 1, (x) => 1000 * x - 1000), "-1000,298000"],
    ["float32 from 0 to 1", tiff(Float32Array, 1, (x) => x / 299), "0,1"],
    ["float32 far from 1", tiff(Float32Array, 1, (x) => 1e6 + x), "1000000,1000299"],
  ])("%s is spread over all shades", async (_, bytes, window) => {
    expect(await ends(bytes)).toEqual({ left: 0, right: 255, count: 256, window });
  });

  test("a window is taken as it is given, what lies outside is cut off", async () => {
    const bytes = tiff(Uint16Array, 1, (x) => 10 * x);
    const wish = { window: { type: "values", low: 1000, high: 2000 } } as const;
    const { body } = await pictures.preview(toSource(bytes), { ...lossless, ...wish });
    const pixels = await pixelsOf(body);
    const shades = [0, 99, 100, 150, 200, 299].map((x) => pixels.at(x, 0)[0]);
    expect(shades).toEqual([0, 0, 0, 128, 255, 255]);
  });

  test("percentiles leave outliers out", async () => {
    const wish = { window: { type: "percentiles", low: 1, high: 99 } } as const;
    expect((await ends(tiff(Uint16Array, 1, hot), wish)).window).toBe("1002,1297");
    expect((await ends(tiff(Uint16Array, 1, hot))).window).toBe("1000,65535");
  });

  test("NaN and infinities are black and move no window", async () => {
    const bytes = tiff(Float32Array, 1, holes);
    const { body, headers } = await pictures.preview(toSource(bytes), lossless);
    expect(headers["X-Window"]).toBe("0,299");
    expect((await pixelsOf(body)).at(5, 0)[0]).toBe(0);
  });

  test("one value everywhere is one shade, and no error", async () => {
    expect(await ends(tiff(Float32Array, 1, () => 7))).toMatchObject({ count: 1, window: "7,7" });
    expect(await ends(tiff(Float32Array, 1, () => Number.NaN))).toMatchObject({
      left: 0,
      count: 1,
    });
  });

  test("16-bit colours are a photograph: they keep their brightness", async () => {
    const bytes = tiff(Uint16Array, 3, () => 32_896);
    expect(await ends(bytes)).toEqual({ left: 128, right: 128, count: 1, window: undefined });
  });

  test("colours keep their balance in a window", async () => {
    const bytes = tiff(Float32Array, 3, (x, _y, band) => (band === 0 ? x : 0));
    const { body } = await pictures.preview(toSource(bytes), lossless);
    expect((await pixelsOf(body)).at(WIDTH - 1, 0)).toEqual([255, 0, 0]);
  });

  test("transparency of 16 bits stays transparency", async () => {
    const bytes = tiff(Uint16Array, 2, (x, _y, band) => (band === 0 ? 1000 + x : 32_896));
    const { body } = await pictures.preview(toSource(bytes), lossless);
    expect((await pixelsOf(body)).at(WIDTH - 1, 0).at(-1)).toBe(128);
  });

  test("a small preview has the window of the whole picture", async () => {
    const bytes = tiff(Uint16Array, 1, (x) => 1000 + 3 * x);
    expect((await ends(bytes, { width: 30 })).window).toBe("1000,1897");
  });

  test("a window applies to 8 bits too, when it is asked for", async () => {
    const dim = tiff(Uint8Array, 1, (x) => x % 5);
    expect(await ends(dim)).toMatchObject({ left: 0, right: 4 });
    expect(await ends(dim, { window: { type: "minmax" } })).toMatchObject({ left: 0, right: 255 });
  });
});

describe("bands", () => {
  const eight = tiff(Uint16Array, 8, (x, _y, band) => band * 1000 + ramp(x));

  test("three are red, green and blue, in the order asked for", async () => {
    const bytes = tiff(Uint8Array, 4, (_x, _y, band) => [10, 20, 30, 200][band] ?? 0);
    const wish = { ...lossless, bands: [4, 3, 2] };
    const { body } = await pictures.preview(toSource(bytes), wish);
    expect((await pixelsOf(body)).at(0, 0)).toEqual([200, 30, 20]);
  });

  test("one is grey, with the window of its own values", async () => {
    expect(await ends(eight, { bands: [6] })).toEqual({
      left: 0,
      right: 255,
      count: 256,
      window: "5000,5299",
    });
  });

  test("of more than four the first three are shown", async () => {
    const { body, headers } = await pictures.preview(toSource(eight), { ...lossless, width: 60 });
    const pixels = await pixelsOf(body);
    expect(pixels.channels).toBe(3);
    expect(headers["X-Window"]).toBe("0,2299");
    expect(pixels.at(0, 0)[2]).toBeGreaterThan(200);
  });

  test("one that is not there is named", async () => {
    const wish = { ...browser, bands: [9] };
    expect(await refusal(pictures.preview(toSource(eight), wish))).toBe("no_such_band");
  });
});
