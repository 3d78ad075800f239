import { describe, expect, test } from "vitest";
import { openPictures } from "../../functions/images/open-pictures.ts";
import { photo, tiff, toSource } from "./originals.ts";
import { limits, pictures, refusal } from "./pictures.ts";

describe("what a picture is", () => {
  test.each([
    ["uint8", tiff(Uint8Array, 3, (x) => x % 200), 3, 0, 199],
    ["uint16", tiff(Uint16Array, 1, (x) => 1000 + x), 1, 1000, 1299],
    ["int16", tiff(Int16Array, 1, (x) => x - 150), 1, -150, 149],
    ["float32", tiff(Float32Array, 1, (x) => x / 4), 1, 0, 74.75],
    ["uint16", tiff(Uint16Array, 8, (x, _y, band) => 1000 * band + x), 8, 0, 7299],
  ])("%s", async (depth, bytes, bands, min, max) => {
    const facts = await pictures.inspect(toSource(bytes), true);
    expect(facts).toMatchObject({
      format: "tiff",
      width: 300,
      height: 200,
      depth,
      bands,
      min,
      max,
    });
    expect(facts).toMatchObject({ pages: 1, orientation: 1 });
  });

  test("without min and max the head of a JPEG or PNG is enough", async () => {
    const rest = Buffer.alloc(2 ** 20);
    for (const head of [
      await photo(200, 150).jpeg().toBuffer(),
      await photo(200, 150).png().toBuffer(),
    ]) {
      const bytes = Buffer.concat([head, rest]);
      const source = toSource(bytes);
      const facts = await pictures.inspect(source, false);
      expect(facts).toMatchObject({ width: 200, height: 150, bands: 3 });
      expect(facts).not.toHaveProperty("min");
      expect(source.reads).toEqual(["0-1048575"]);
    }
  });

  test("a file too large to be read whole is told by its head, or not at all", async () => {
    const small = openPictures({ ...limits, maxBytes: 2 ** 20 });
    const jpeg = await photo(200, 150).jpeg().toBuffer();
    const large = Buffer.concat([jpeg, Buffer.alloc(2 ** 20)]);
    expect(await small.inspect(toSource(large), true)).toMatchObject({ width: 200 });
    const tall = tiff(Float32Array, 5, (x) => x);
    expect(await small.inspect(toSource(tall), true)).toMatchObject({ depth: "float32", bands: 5 });
    const webp = Buffer.concat([await photo().webp().toBuffer(), Buffer.alloc(2 ** 20)]);
    expect(await refusal(small.inspect(toSource(webp), true))).toBe("picture_too_large");
  });
});
