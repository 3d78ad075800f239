import { setImmediate } from "node:timers/promises";
import sharp, { type Sharp } from "sharp";
import type { Extent } from "./extent.ts";
import type { Samples } from "./samples.ts";

/** Numbers turned into shades before other work gets its turn on this thread: some milliseconds. */
const TURN = 1_000_000;

const WHITE = 255;

/**
 * Turns numbers of any kind into the 256 shades that a screen has: the extent's ends become black and white,
 * what lies outside too, and what is no number is black.
 *
 * @param bands the one or three that are shown.
 * @param keepAlpha whether transparency is kept, if there is any.
 */
export async function develop(
  samples: Samples,
  bands: readonly number[],
  { low, high }: Extent,
  keepAlpha: boolean,
): Promise<Sharp> {
  const { numbers, width, height, bands: count, opaque } = samples;
  const alpha = keepAlpha && opaque !== undefined;
  const channels = toChannels(bands.length + (alpha ? 1 : 0));
  const shades = new Uint8ClampedArray(width * height * channels);
  const factor = high > low ? WHITE / (high - low) : Number.MAX_VALUE;
  const opacity = WHITE / (opaque ?? 1);
  let at = 0;
  for (let pixel = 0; pixel < numbers.length; pixel += count) {
    // A clamped array rounds, cuts off at both ends and takes NaN for 0.
    for (const band of bands) shades[at++] = ((numbers[pixel + band] ?? 0) - low) * factor;
    if (alpha) shades[at++] = (numbers[pixel + count - 1] ?? 0) * opacity;
    if (pixel % TURN < count) await setImmediate();
  }
  return sharp(shades, { raw: { width, height, channels } });
}

function toChannels(count: number): 1 | 2 | 3 | 4 {
  return count === 1 || count === 2 || count === 3 ? count : 4;
}
