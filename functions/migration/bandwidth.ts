/** Keeps what is sent below a number of bytes a second. */
export interface Bandwidth {
  /** Waits until so many bytes may go. */
  take(bytes: number): Promise<void> | undefined;
}

export interface BandwidthContext {
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Each piece waits for those before it to have had their time on the line; what was not used before does
 * not add up. Without a limit nothing ever waits.
 */
export function createBandwidth(
  bytesPerSecond: number | undefined,
  { clock, sleep, signal }: BandwidthContext,
): Bandwidth {
  if (bytesPerSecond === undefined) return { take: () => undefined };
  let free = 0;
  return {
    take: (bytes) => {
      const now = clock();
      const begins = Math.max(now, free);
      free = begins + (bytes / bytesPerSecond) * 1000;
      return begins > now ? sleep(begins - now, signal) : undefined;
    },
  };
}
