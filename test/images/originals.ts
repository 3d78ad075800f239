import type { PictureSource } from "@remote-storage/core/pictures/pictures.ts";
import sharp from "sharp";
import { toTiff, type Page } from "./tiff.ts";

export const WIDTH = 300;
export const HEIGHT = 200;

/** A page whose values come from their place. */
export function page(
  Samples: new (length: number) => Page["samples"],
  bands: number,
  value: (x: number, y: number, band: number) => number,
): Page {
  const samples = new Samples(WIDTH * HEIGHT * bands);
  for (let at = 0; at < samples.length; at += 1) {
    const pixel = Math.floor(at / bands);
    samples[at] = value(pixel % WIDTH, Math.floor(pixel / WIDTH), at % bands);
  }
  return { width: WIDTH, height: HEIGHT, bands, samples };
}

/** A TIFF of one such page. */
export function tiff(...shape: Parameters<typeof page>): Buffer {
  return toTiff(page(...shape));
}

/** Bytes as an original; `reads` tells which parts of it were asked for. */
export function toSource(bytes: Uint8Array): PictureSource & { readonly reads: string[] } {
  const reads: string[] = [];
  return {
    size: bytes.byteLength,
    reads,
    bytes(range) {
      reads.push(range === undefined ? "all" : `${range.start}-${range.end}`);
      const part = range === undefined ? bytes : bytes.subarray(range.start, range.end + 1);
      return Promise.resolve(part);
    },
  };
}

export function photo(width = WIDTH, height = HEIGHT) {
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  return sharp({ create: { width, height, channels: 3, background: "#888", noise } });
}

/** A picture of four quarters: red, green, blue, white. */
export function quarters(width = WIDTH, height = HEIGHT) {
  const half = { width: width / 2, height: height / 2, channels: 3 } as const;
  const quarter = (background: string, left: number, top: number) => ({
    input: { create: { ...half, background } },
    left: left * half.width,
    top: top * half.height,
  });
  return sharp({ create: { width, height, channels: 3, background: "#f00" } }).composite([
    quarter("#0f0", 1, 0),
    quarter("#00f", 0, 1),
    quarter("#fff", 1, 1),
  ]);
}

/** Pixels and what they are, of an answer. */
export async function pixelsOf(body: Uint8Array) {
  const { data, info } = await sharp(body).raw().toBuffer({ resolveWithObject: true });
  return {
    ...info,
    /** The channels of one pixel. */
    at(x: number, y: number): number[] {
      const start = (y * info.width + x) * info.channels;
      return [...data.subarray(start, start + info.channels)];
    },
    /** The different values of the first channel. */
    shades: new Set(data.filter((_, index) => index % info.channels === 0)),
  };
}
