import type { Window } from "@remote-storage/core/pictures/pictures.ts";
import { decoding } from "./failure.ts";
import type { PictureFile } from "./picture-file.ts";
import { readSamples, resizable, type Samples } from "./samples.ts";

/** From black to white. */
export interface Extent {
  readonly low: number;
  readonly high: number;
}

/** Pixels that percentiles, and the extremes of numbers wider than 16 bits, are found from. */
const MAX_PIXELS = 4_000_000;

/** 16-bit numbers are counted one by one, wider ones to 1/65536 of their extent. */
const BINS = 65_536;

/** Numbers of which libvips finds the extremes, in all pixels and without holding them. */
const COUNTED = new Set(["uchar", "char", "ushort", "short"]);

/**
 * The values that a window stands for: one extent over all bands, so that colours keep their balance. NaN and
 * infinities do not count.
 */
export async function findExtent(
  file: PictureFile,
  window: Window,
  bands: readonly number[],
): Promise<Extent> {
  if (window.type === "values") return window;
  if (window.type === "minmax" && COUNTED.has(file.metadata.depth)) {
    const { channels } = await decoding(file.decode().stats());
    const shown = channels.filter((_, band) => bands.includes(band));
    return {
      low: Math.min(...shown.map(({ min }) => min)),
      high: Math.max(...shown.map(({ max }) => max)),
    };
  }
  const samples = await readSome(file);
  const extremes = extremesOf(samples, bands);
  return window.type === "minmax" ? extremes : percentilesOf(samples, bands, extremes, window);
}

function readSome(file: PictureFile): Promise<Samples> {
  const { width, height } = file;
  const factor = Math.sqrt(MAX_PIXELS / (width * height));
  if (factor >= 1 || !resizable(file)) return readSamples(file, width * height, file.decode());
  const size = {
    width: Math.max(1, Math.floor(width * factor)),
    height: Math.max(1, Math.floor(height * factor)),
  };
  // Values as they are, not means of them.
  const some = file.decode().resize({ ...size, fit: "fill", kernel: "nearest" });
  return readSamples(file, size.width * size.height, some);
}

function* valuesOf({ numbers, bands: count }: Samples, bands: readonly number[]) {
  for (let pixel = 0; pixel < numbers.length; pixel += count) {
    for (const band of bands) {
      const value = numbers[pixel + band] ?? Number.NaN;
      if (Number.isFinite(value)) yield value;
    }
  }
}

function extremesOf(samples: Samples, bands: readonly number[]): Extent {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of valuesOf(samples, bands)) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? { low: 0, high: 0 } : { low, high };
}

function percentilesOf(
  samples: Samples,
  bands: readonly number[],
  { low, high }: Extent,
  wish: Extent,
): Extent {
  const whole = Number.isInteger(low) && Number.isInteger(high) && high - low < BINS;
  const step = whole ? 1 : (high - low) / (BINS - 1);
  if (step === 0) return { low, high };
  const counts = new Uint32Array(BINS);
  let total = 0;
  for (const value of valuesOf(samples, bands)) {
    const bin = Math.round((value - low) / step);
    counts[bin] = (counts[bin] ?? 0) + 1;
    total += 1;
  }
  const at = (percent: number) => {
    let before = (total * percent) / 100;
    const bin = counts.findIndex((count) => (before -= count) <= 0);
    return low + Math.max(0, bin) * step;
  };
  return { low: at(wish.low), high: at(wish.high) };
}
