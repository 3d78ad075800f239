import sharp, { type Sharp } from "sharp";
import type { Layout } from "./layout.ts";
import { readSamples } from "./samples.ts";
import type { PictureFile } from "./picture-file.ts";

/**
 * Scales by taking pixels as they are, transparency included: libvips would multiply colours by it and
 * divide again, which changes them by one here and there.
 */
export async function takeNearest(file: PictureFile, { scaled }: Layout): Promise<Sharp> {
  const pixels = file.width * file.height;
  const { numbers, width, height, bands } = await readSamples(
    file,
    pixels,
    file.decode({ ignoreIcc: true }),
  );
  const taken = new Uint8Array(scaled.width * scaled.height * bands);
  let at = 0;
  for (let row = 0; row < scaled.height; row += 1) {
    const line = Math.floor(((row + 0.5) * height) / scaled.height) * width;
    for (let column = 0; column < scaled.width; column += 1) {
      const pixel = (line + Math.floor(((column + 0.5) * width) / scaled.width)) * bands;
      for (let band = 0; band < bands; band += 1) taken[at++] = numbers[pixel + band] ?? 0;
    }
  }
  return sharp(taken, { raw: { ...scaled, channels: bands === 2 ? 2 : 4 } });
}
