import { crc32, deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openPictures } from "../../functions/images/open-pictures.ts";
import { photo, tiff, toSource } from "./originals.ts";
import { browser, limits, pictures, refusal } from "./pictures.ts";

const jpeg = await photo(800, 600).jpeg().toBuffer();
const png = await photo(800, 600).png().toBuffer();
const webp = await photo(800, 600).webp().toBuffer();
const deep = tiff(Uint16Array, 1, (x) => x);

const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);
const text = (content: string) => Buffer.from(content);

const SVG = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`;

describe("what is no picture is said to be none", () => {
  test.each([
    ["nothing", Buffer.alloc(0), "not_a_picture"],
    ["HTML named .jpg", text("<!doctype html><p>404"), "not_a_picture"],
    ["zeros", Buffer.alloc(5000), "not_a_picture"],
    ["text", text("a,b\n1,2\n"), "not_a_picture"],
    ["SVG", text(SVG), "unsupported_picture"],
    [
      "SVG behind a prologue",
      text(`<?xml version="1.0"?>\n<!-- x -->\n${SVG}`),
      "unsupported_picture",
    ],
    ["HEIC", text("\0\0\0\x1cftypheic\0\0\0\0mif1heic"), "unsupported_picture"],
    ["PDF", text("%PDF-1.7\n"), "unsupported_picture"],
    ["64-bit floats", tiff(Float64Array, 1, (x) => x), "unsupported_picture"],
    ["half a JPEG", half(jpeg), "damaged_picture"],
    ["half a PNG", half(png), "damaged_picture"],
    ["half a WebP", half(webp), "damaged_picture"],
    ["half a TIFF", half(deep), "damaged_picture"],
    ["the mark of a JPEG alone", jpeg.subarray(0, 3), "damaged_picture"],
    ["a PNG of zeros", Buffer.concat([png.subarray(0, 8), Buffer.alloc(100)]), "damaged_picture"],
  ])("%s", async (_, bytes, code) => {
    expect(await refusal(pictures.preview(toSource(bytes), browser))).toBe(code);
    expect(await refusal(pictures.convert(toSource(bytes), browser))).toBe(code);
    expect(await refusal(pictures.inspect(toSource(bytes), true))).toBe(code);
  });

  test("half a deep TIFF is no window of zeros", async () => {
    const cut = Buffer.concat([deep.subarray(0, 8), deep.subarray(deep.length - 400)]);
    expect(await refusal(pictures.preview(toSource(cut), browser))).toBe("damaged_picture");
  });
});

describe("bombs", () => {
  test("a PNG that unpacks to 400 megapixels is refused by its head", async () => {
    const bomb = toPng(20_000, 20_000);
    expect(bomb.length).toBeLessThan(50_000);
    expect(await refusal(pictures.preview(toSource(bomb), browser))).toBe("too_many_pixels");
    expect(await refusal(pictures.inspect(toSource(bomb), false))).toBe("too_many_pixels");
  });

  test("too many values to look at one by one are refused before they are read", async () => {
    const small = openPictures({ ...limits, maxSamples: 1000 });
    const wish = { ...browser, window: { type: "minmax" } } as const;
    expect(await refusal(small.convert(toSource(deep), wish))).toBe("too_many_pixels");
    expect(await refusal(small.preview(toSource(deep), { ...wish, width: 20 }))).toBe("no refusal");
  });

  test("too many bytes are not read at all", async () => {
    const source = toSource(jpeg);
    const small = openPictures({ ...limits, maxBytes: 1000 });
    expect(await refusal(small.preview(source, browser))).toBe("picture_too_large");
    expect(source.reads).toEqual([]);
  });

  test("wider than WebP can be falls back, or says so", async () => {
    const long = await photo(17_000, 4).png().toBuffer();
    expect((await pictures.convert(toSource(long), browser)).type).toBe("image/jpeg");
    const wish = { encodings: ["webp"] } as const;
    expect(await refusal(pictures.convert(toSource(long), wish))).toBe("invalid_request");
  });
});

/** A black PNG whose rows are not even all there: its head is enough. */
function toPng(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.alloc(1_000_000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
