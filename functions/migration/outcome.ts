import type { Proof } from "./target.ts";

/** What has become of one object. */
export type OutcomeState =
  /** Sent, and the store has confirmed its checksum. */
  | "copied"
  /** It was in the target already, and has been found equal. */
  | "equal"
  /** Copied or found equal by an earlier run of the same journal, and unchanged since. */
  | "done-before"
  /** Another object lies in the target: left as it is, unless `overwrite` was asked for. */
  | "conflict"
  /** The source changed while it was migrated: not copied, or the earlier version was. Run again. */
  | "changed"
  | "failed"
  /** Cannot be migrated: a symbolic link, a name that is no key. */
  | "left-out"
  /** Dry run: would be copied. */
  | "would-copy"
  /** Dry run with `overwrite`: would be copied over another object. */
  | "would-replace";

/** States that leave the target complete for this object. */
export const COMPLETE: ReadonlySet<OutcomeState> = new Set(["copied", "equal", "done-before"]);

/** Told once for each object of a run, in no particular order. */
export interface Outcome {
  /** Without the prefixes of either side. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly state: OutcomeState;
  /** CRC-32 of the bytes that were read from the source, 8 hexadecimal digits; when they were read. */
  readonly crc32?: string;
  /** The target's, quotes included. */
  readonly etag?: string;
  /** What shows that source and target hold the same bytes. */
  readonly proof?: Proof;
  /** Bytes that were sent for it in this run, tries that failed included. */
  readonly sent: number;
  /** For `conflict`, `changed`, `failed`, `left-out`. */
  readonly error?: OutcomeError;
}

export interface OutcomeError {
  /** A StorageError's kind, or `source-changed`, `target-differs`, `left-out`. */
  readonly kind: string;
  /** Fit for people; no secret in it. */
  readonly message: string;
  /** Where it happened, when that is known. */
  readonly side?: "source" | "target";
  /** True when the same may succeed later without any change: retries were exhausted. */
  readonly retryable: boolean;
}
