import type { Bandwidth } from "./bandwidth.ts";
import type { Gate, Report } from "./gate.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import { retry, type RetryContext } from "./retry.ts";

/** What all objects of a migration share. */
export interface Lanes extends RetryContext {
  /** Of whole objects. */
  readonly objects: Gate;
  /** Of parts: apart, so that one huge object does not hold up a hundred thousand small ones. */
  readonly parts: Gate;
  readonly memory: MemoryBudget;
  readonly bandwidth: Bandwidth;
  /** Tries of each request. */
  readonly attempts: number;
  /** Bytes go to the target. */
  readonly onSent: (bytes: number) => void;
}

/** Runs a request in its turn, and again while it may succeed later. */
export function inTurn<T>(
  lanes: Lanes,
  report: Report,
  work: (attempt: number) => T | Promise<T>,
): Promise<T> {
  return retry(work, { ...lanes, onThrottle: report.throttled });
}
