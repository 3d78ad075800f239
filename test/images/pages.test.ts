import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { openPictures } from "../../functions/images/open-pictures.ts";
import { page, pixelsOf, photo, toSource } from "./originals.ts";
import { browser, limits, lossless, pictures, refusal } from "./pictures.ts";
import { toTiff, type Page } from "./tiff.ts";

/** Each page, level or frame is of its own shade, so that an answer tells which one it was made from. */
const shades = [10, 100, 200];

async function shadeOf(bytes: Buffer, wish = {}): Promise<number> {
  const { body } = await pictures.preview(toSource(bytes), { ...lossless, ...wish });
  return (await pixelsOf(body)).at(3, 3)[0] ?? -1;
}

const singles = await Promise.all(
  shades.map((r) => {
    const create = { width: 60, height: 40, channels: 3, background: { r, g: 0, b: 0 } } as const;
    return sharp({ create }).png().toBuffer();
  }),
);

const stack = toTiff(...shades.map((shade) => page(Uint8Array, 1, () => shade)));

describe("pages of a TIFF", () => {
  test("the first is shown, others by number", async () => {
    expect(await shadeOf(stack)).toBe(10);
    expect(await shadeOf(stack, { page: 2 })).toBe(200);
    expect(await shadeOf(stack, { page: 2, width: 20 })).toBe(200);
  });

  test("one that is not there is named", async () => {
    const work = pictures.preview(toSource(stack), { ...browser, page: 3 });
    await expect(work).rejects.toThrow("the picture has pages 0 to 2; there is no page 3");
    expect(await refusal(work)).toBe("no_such_page");
  });

  test("they are counted", async () => {
    expect(await pictures.inspect(toSource(stack), true)).toMatchObject({ pages: 3, max: 10 });
  });
});

/** A page of one shade, its sides those of the full picture divided by a factor. */
function level(factor: number, shade: number): Page {
  const [width, height] = [1600 / factor, 1200 / factor];
  return { width, height, bands: 1, samples: new Uint8Array(width * height).fill(shade) };
}

describe("levels of a pyramid", () => {
  const pyramid = toTiff(level(1, 10), level(2, 100), level(4, 200));

  test.each([
    [1600, 10],
    [801, 10],
    [800, 100],
    [401, 100],
    [400, 200],
    [50, 200],
  ])("a width of %d is made from the smallest that has it", async (width, shade) => {
    expect(await shadeOf(pyramid, { width })).toBe(shade);
  });

  test("masks are made from the full picture, whose values are not mixed", async () => {
    expect(await shadeOf(pyramid, { width: 50, kernel: "nearest" })).toBe(10);
  });

  test("the scale is that to the full picture", async () => {
    const { headers } = await pictures.preview(toSource(pyramid), { ...lossless, width: 400 });
    expect(headers).toMatchObject({ "X-Original-Width": "1600", "X-Scale-X": "0.25" });
  });

  test("a tiled pyramid as libvips writes it", async () => {
    const written = photo(1000, 800).tiff({
      pyramid: true,
      tile: true,
      tileWidth: 128,
      tileHeight: 128,
    });
    const { body } = await pictures.preview(toSource(await written.toBuffer()), {
      ...lossless,
      width: 100,
    });
    expect(await pixelsOf(body)).toMatchObject({ width: 100, height: 80 });
  });
});

describe("animations", () => {
  const frames = sharp(singles, { join: { animated: true } });

  test.each([
    ["GIF", () => frames.clone().gif({ delay: 100 }).toBuffer()],
    ["WebP", () => frames.clone().webp({ lossless: true, delay: 100 }).toBuffer()],
  ])("of a %s a preview is one frame, a conversion to WebP keeps all", async (_, make) => {
    const bytes = await make();
    const first = await shadeOf(bytes);
    const last = await shadeOf(bytes, { page: 2 });
    expect([Math.abs(first - 10) < 4, Math.abs(last - 200) < 4]).toEqual([true, true]);
    const { body, type } = await pictures.convert(toSource(bytes), browser);
    expect(type).toBe("image/webp");
    expect(await sharp(body).metadata()).toMatchObject({
      pages: 3,
      width: 60,
      delay: [100, 100, 100],
    });
    const still = await pictures.convert(toSource(bytes), { encodings: ["png"] });
    expect(await sharp(still.body).metadata()).toMatchObject({ format: "png", height: 40 });
  });

  test("one with too many frames, or too many pixels in all, is refused", async () => {
    const bytes = await frames.clone().gif().toBuffer();
    const few = openPictures({ ...limits, maxFrames: 2 });
    expect(await refusal(few.convert(toSource(bytes), browser))).toBe("too_many_frames");
    const small = openPictures({ ...limits, maxPixels: 5000 });
    expect(await refusal(small.convert(toSource(bytes), browser))).toBe("too_many_pixels");
    expect(await refusal(small.preview(toSource(bytes), browser))).toBe("no refusal");
  });
});
