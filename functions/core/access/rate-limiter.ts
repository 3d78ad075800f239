/** As `RATE_LIMIT` says it: so many at once, and so many in each time span from then on. */
export interface Rate {
  readonly count: number;
  readonly seconds: number;
}

/** Counts what callers do, each by itself. Times are milliseconds. */
export interface RateLimiter {
  /** Seconds until the caller may again, at least 1; 0 when it may now. Counts nothing. */
  wait(caller: string, now: number): number;
  spend(caller: string, now: number): void;
}

/** Callers remembered; beyond, those that were quiet longest are forgotten, and so start afresh. */
const MAX_CALLERS = 10_000;

/**
 * A token bucket for each caller, kept as the one time at which the bucket will be full again (GCRA).
 *
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export function createRateLimiter({ count, seconds }: Rate): RateLimiter {
  const each = (seconds * 1000) / count;
  const fullAt = new Map<string, number>();
  return {
    wait(caller, now) {
      const overdrawn = (fullAt.get(caller) ?? 0) - now - each * (count - 1);
      return overdrawn > 0 ? Math.ceil(overdrawn / 1000) : 0;
    },
    spend(caller, now) {
      const full = Math.max(fullAt.get(caller) ?? 0, now) + each;
      // The order of a map is that of insertion: the first is the one quiet longest.
      fullAt.delete(caller);
      fullAt.set(caller, full);
      if (fullAt.size <= MAX_CALLERS) return;
      const [quiet] = fullAt.keys();
      if (quiet !== undefined) fullAt.delete(quiet);
    },
  };
}
