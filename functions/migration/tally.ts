import { COMPLETE, type Outcome, type OutcomeState } from "./outcome.ts";
import type { Count, Stopped, Summary } from "./summary.ts";

/** Counts a run's outcomes. */
export interface Tally {
  add(outcome: Outcome): void;
  exclude(): void;
  readonly sent: (bytes: number) => void;
  readonly objects: number;
  readonly bytes: number;
  readonly sentBytes: number;
  /** True while every object has been copied or found equal. */
  readonly complete: boolean;
  summary(stopped: Stopped | undefined): Summary;
}

export function createTally(): Tally {
  const counts = new Map<OutcomeState, Count>();
  const failures = new Map<string, number>();
  const total = { objects: 0, bytes: 0, excluded: 0, sent: 0, retryable: 0, incomplete: 0 };
  const countOf = (state: OutcomeState): Count => counts.get(state) ?? { objects: 0, bytes: 0 };
  return {
    add: ({ state, size, error }) => {
      const { objects, bytes } = countOf(state);
      counts.set(state, { objects: objects + 1, bytes: bytes + size });
      total.objects += 1;
      total.bytes += size;
      if (!COMPLETE.has(state)) total.incomplete += 1;
      if (error === undefined) return;
      failures.set(error.kind, (failures.get(error.kind) ?? 0) + 1);
      if (error.retryable) total.retryable += 1;
    },
    exclude: () => {
      total.excluded += 1;
    },
    sent: (bytes) => {
      total.sent += bytes;
    },
    get objects() {
      return total.objects;
    },
    get bytes() {
      return total.bytes;
    },
    get sentBytes() {
      return total.sent;
    },
    get complete() {
      return total.incomplete === 0;
    },
    summary: (stopped) => ({
      counts: {
        copied: countOf("copied"),
        equal: countOf("equal"),
        "done-before": countOf("done-before"),
        conflict: countOf("conflict"),
        changed: countOf("changed"),
        failed: countOf("failed"),
        "left-out": countOf("left-out"),
        "would-copy": countOf("would-copy"),
        "would-replace": countOf("would-replace"),
      },
      excluded: total.excluded,
      sent: total.sent,
      failures: Object.fromEntries(failures),
      retryable: total.retryable,
      ...(stopped !== undefined && { stopped }),
    }),
  };
}
