import { StorageError } from "@remote-storage/core/storage/errors.ts";

export interface RetryContext {
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface RetryOptions extends RetryContext {
  /** Tries in all. */
  readonly attempts: number;
  /** A store asked for less. */
  readonly onThrottle: () => void;
}

/** Milliseconds. */
const FIRST = 200;
const LONGEST = 20_000;

/** A store that asks for more patience than this is not waited for so long. */
const LONGEST_WISH = 60_000;

/**
 * Milliseconds to wait after the failed try `attempt` (from 1): at random up to a bound that doubles, so
 * that many clients do not come back together; never less than the store asked for.
 *
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export function backoff(attempt: number, random: () => number, wish = 0): number {
  const bound = Math.min(LONGEST, FIRST * 2 ** (attempt - 1));
  return Math.min(LONGEST_WISH, wish) + random() * bound;
}

/** Tries again what may succeed later; `attempt` counts from 1. The last failure is thrown. */
export async function retry<T>(
  work: (attempt: number) => T | Promise<T>,
  { attempts, random, sleep, signal, onThrottle }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      if (!isTransient(error) || attempt >= attempts) throw error;
      if (error.kind === "throttled") onThrottle();
      const wish = "retryAfter" in error ? Number(error.retryAfter ?? 0) : 0;
      await sleep(backoff(attempt, random, wish), signal);
    }
  }
}

/** Bytes that arrived as others are sent again; so is what the store may take later. */
function isTransient(error: unknown): error is StorageError {
  return error instanceof StorageError && (error.retryable || error.kind === "checksum-mismatch");
}
