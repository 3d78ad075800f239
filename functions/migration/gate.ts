import { createTuner } from "./tuner.ts";

/** Lets a number of pieces of work go on at a time, and finds the number out. */
export interface Gate {
  /** Runs the work when it is its turn. Rejects with the signal's reason while it waits. */
  run<T>(work: (report: Report) => Promise<T>): Promise<T>;
  /** Resolves when there is room; at once, without a promise, when there is already. */
  room(): Promise<void> | undefined;
  readonly limit: number;
}

/** What the work tells of its requests. */
export interface Report {
  readonly succeeded: (bytes: number) => void;
  readonly throttled: () => void;
}

export interface GateOptions {
  readonly start: number;
  readonly most: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
}

/** A request's own cost in bytes: small objects are judged by their number, large ones by their bytes. */
const REQUEST_COST = 64 * 1024;

export function createGate({ start, most, clock }: GateOptions): Gate {
  const tuner = createTuner({ start, most });
  const waiting: (() => void)[] = [];
  let active = 0;

  const wake = (): void => {
    for (let free = tuner.limit - active; free > 0; free--) waiting.shift()?.();
  };
  const room = (): Promise<void> | undefined =>
    active < tuner.limit ? undefined : new Promise((resolve) => void waiting.push(resolve));

  return {
    room,
    get limit() {
      return tuner.limit;
    },
    run: async (work) => {
      while (active >= tuner.limit) await room();
      active += 1;
      const begun = tuner.epoch;
      try {
        return await work({
          succeeded: (bytes) => {
            tuner.succeeded(REQUEST_COST + bytes, clock());
          },
          throttled: () => {
            tuner.throttled(begun);
          },
        });
      } finally {
        active -= 1;
        wake();
      }
    },
  };
}
