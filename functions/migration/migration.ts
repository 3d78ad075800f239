import type { Outcome } from "./outcome.ts";
import type { Source } from "./source.ts";
import type { Target } from "./target.ts";

export interface MigrationOptions {
  readonly source: Source;
  readonly target: Target;
  /** Path of the journal, a SQLite file; made when it is missing, its folder is not. */
  readonly journal: string;
  /** Keys without the source's prefix. Default: all. */
  readonly wanted?: (key: string) => boolean;
  /** Copy over other objects in the target. Default: they are conflicts. */
  readonly overwrite?: boolean;
  /** Says what would be done and does nothing; the journal is neither read nor written. */
  readonly dryRun?: boolean;
  /** Look again at what earlier runs of the journal did. Default: only when the last one came to its end. */
  readonly fresh?: boolean;
  /** Most requests at a time, 1 to 1024. How many there are in fact is found out. Default 256. */
  readonly concurrency?: number;
  /** Of what is sent. Default: no limit. */
  readonly bytesPerSecond?: number;
  /** Tries of each request. Default 10. */
  readonly attempts?: number;
}

/** What the world gives. */
export interface MigrationContext {
  readonly now: () => Date;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Resolves after the milliseconds, or rejects with the signal's reason. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Ends the run: what was done is in the journal. */
  readonly signal: AbortSignal;
  readonly onOutcome?: (outcome: Outcome) => void;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  /** Objects that have an outcome. */
  readonly objects: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Found in the source so far; all of it once `scanned`. */
  readonly found: { readonly objects: number; readonly bytes: number };
  readonly scanned: boolean;
  /** Bytes that went to the target. */
  readonly sent: number;
  /** Requests at a time, as found out. */
  readonly concurrency: number;
}
