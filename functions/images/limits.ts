/** What one picture, and all of them together, may cost. */
export interface Limits {
  /** Pixels of the original, all frames of an animation together. */
  readonly maxPixels: number;
  /** Bytes of the original. */
  readonly maxBytes: number;
  /** Numbers (pixels times bands) that are looked at one by one: windows, bands, masks. */
  readonly maxSamples: number;
  readonly maxFrames: number;
  /** Seconds of work on one picture. */
  readonly timeout: number;
  /** Pictures worked on at the same time. */
  readonly concurrency: number;
  /** Pictures that wait for that, and milliseconds that they do. */
  readonly maxWaiting: number;
  readonly maxWait: number;
}

const MEBI = 2 ** 20;

/** @param concurrency the processors of the machine, of which one picture keeps one busy. */
export function defaultLimits(concurrency: number): Limits {
  return {
    maxPixels: 100_000_000,
    maxBytes: 256 * MEBI,
    maxSamples: 64 * MEBI,
    maxFrames: 300,
    timeout: 30,
    concurrency,
    maxWaiting: 64,
    maxWait: 20_000,
  };
}
