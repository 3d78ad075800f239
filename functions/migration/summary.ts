import type { OutcomeState } from "./outcome.ts";

export interface Count {
  readonly objects: number;
  /** Of the objects. */
  readonly bytes: number;
}

/** Why a run ended before its end. What was done until then is in the journal. */
export type Stopped =
  | { readonly by: "signal" }
  /** The source is not there. */
  | { readonly by: "source"; readonly message: string }
  /** The target is not there, full, or refuses everything. */
  | { readonly by: "target"; readonly message: string };

export interface Summary {
  readonly counts: Readonly<Record<OutcomeState, Count>>;
  /** Objects that the filters passed over: no part of the migration. */
  readonly excluded: number;
  /** Bytes that went to the target in this run, tries that failed included. */
  readonly sent: number;
  readonly stopped?: Stopped;
  /** Counts of what did not succeed by the kind of their errors. */
  readonly failures: Readonly<Record<string, number>>;
  /** Of those, how many may succeed when tried again. */
  readonly retryable: number;
}
