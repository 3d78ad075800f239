import sharp from "sharp";
import { expect, test } from "vitest";
import { photo, pixelsOf, quarters, toSource } from "./originals.ts";
import { browser, lossless, pictures } from "./pictures.ts";

test("a CMYK JPEG comes out in the colours it had", async () => {
  const bytes = await quarters().toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer();
  expect(await sharp(bytes).metadata()).toMatchObject({ space: "cmyk", channels: 4 });
  const { body } = await pictures.preview(toSource(bytes), { ...lossless, width: 100 });
  const pixels = await pixelsOf(body);
  expect(pixels.channels).toBe(3);
  const [red = 0, green = 0, blue = 0] = pixels.at(20, 20);
  expect([red > 200, green < 90, blue < 90]).toEqual([true, true, true]);
  const white = pixels.at(80, 50);
  expect(Math.min(...white)).toBeGreaterThan(245);
});

test("a picture in P3 comes out in sRGB, without its profile", async () => {
  const bytes = await sharp({
    create: { width: 20, height: 20, channels: 3, background: "#c86432" },
  })
    .withIccProfile("p3")
    .png()
    .toBuffer();
  const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
  expect([...stored.subarray(0, 3)]).not.toEqual([200, 100, 50]);
  const { body } = await pictures.convert(toSource(bytes), lossless);
  expect(await sharp(body).metadata()).toMatchObject({ hasProfile: false, space: "srgb" });
  const shown = (await pixelsOf(body)).at(5, 5);
  expect(shown.map((value, band) => Math.abs(value - ([200, 100, 50][band] ?? 0)) <= 2)).toEqual([
    true,
    true,
    true,
  ]);
});

test.each([
  [["webp", "plain"], "image/webp"],
  [["avif", "plain"], "image/avif"],
  [["plain"], "image/jpeg"],
  [["png"], "image/png"],
] as const)("%o gives %s", async (encodings, type) => {
  const wish = { ...browser, encodings, width: 64 };
  const { body, ...result } = await pictures.preview(
    toSource(await photo().png().toBuffer()),
    wish,
  );
  expect(result.type).toBe(type);
  expect((await sharp(body).metadata()).width).toBe(64);
});

test("transparency is kept where it can be, and white where it cannot", async () => {
  const background = { r: 255, g: 0, b: 0, alpha: 0 };
  const bytes = await sharp({ create: { width: 20, height: 20, channels: 4, background } })
    .png()
    .toBuffer();
  const plain = await pictures.convert(toSource(bytes), { encodings: ["plain"] });
  expect(plain.type).toBe("image/png");
  expect((await pixelsOf(plain.body)).at(5, 5)[3]).toBe(0);
  const jpeg = await pictures.convert(toSource(bytes), { encodings: ["jpeg"] });
  expect((await pixelsOf(jpeg.body)).at(5, 5)).toEqual([255, 255, 255]);
});

test("quality is heard", async () => {
  const bytes = await photo(400, 400).png().toBuffer();
  const sizes = [20, 95].map(async (quality) => {
    const { body } = await pictures.convert(toSource(bytes), { ...browser, quality });
    return body.byteLength;
  });
  const [low = 0, high = 0] = await Promise.all(sizes);
  expect(high).toBeGreaterThan(2 * low);
});

test("nothing of the original's metadata gets out", async () => {
  const bytes = await photo()
    .withExif({ IFD0: { Artist: "somebody" }, IFD3: { GPSLatitude: "48/1" } })
    .jpeg()
    .toBuffer();
  const { body } = await pictures.convert(toSource(bytes), browser);
  expect((await sharp(body).metadata()).exif).toBeUndefined();
  expect(Buffer.from(body).includes("somebody")).toBe(false);
});
