import type { Round, Sync } from "./sync.ts";

/** Milliseconds between two tries at most, however long the storage is away. */
const LONGEST_PAUSE = 30_000;

/** A folder so large that looking at it takes long is looked at less often: this share of the time at most. */
const SHARE = 1 / 20;

export interface Pace {
  /** Milliseconds between two looks at the folder. */
  readonly interval: number;
  /** Resolves after that many milliseconds, or sooner once the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds, from any beginning. */
  readonly clock: () => number;
  /** Told what comes of each round. */
  readonly tell: (round: Round) => void;
}

/** Sends changes until the signal is aborted. After failures in a row the pauses become longer. */
export async function keepSending(sync: Sync, until: AbortSignal, pace: Pace): Promise<void> {
  let pause = pace.interval;
  for (;;) {
    await pace.sleep(pause, until);
    if (until.aborted) return;
    const started = pace.clock();
    const round = await sendOnce(sync, false);
    const looking = round.deeds.length === 0 ? (pace.clock() - started) / SHARE : 0;
    // What went wrong is tried once more at the end.
    if (until.aborted && round.troubles.length > 0) return;
    pace.tell(round);
    pause =
      round.troubles.length === 0
        ? Math.max(pace.interval, Math.min(looking, LONGEST_PAUSE))
        : Math.min(2 * pause, LONGEST_PAUSE);
  }
}

/**
 * Sends all that is left, once nobody writes any more; tries again until it has succeeded or the signal is aborted.
 *
 * @returns the last round.
 */
export async function sendRest(sync: Sync, until: AbortSignal, pace: Pace): Promise<Round> {
  let last: Round | undefined;
  for (let pause = pace.interval; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const round = await sendOnce(sync, true);
    // Why it failed before tells more than that it was cut short.
    if (until.aborted) return round.troubles.length > 0 ? (last ?? round) : round;
    pace.tell(round);
    if (round.troubles.length === 0) return round;
    last = round;
    await pace.sleep(pause, until);
    if (until.aborted) return round;
  }
}

async function sendOnce(sync: Sync, atRest: boolean): Promise<Round> {
  try {
    return await sync.send(atRest);
  } catch (error) {
    return { deeds: [], troubles: [{ path: "everything", error }], held: [] };
  }
}
