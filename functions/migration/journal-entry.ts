import type { OutcomeError, OutcomeState } from "./outcome.ts";
import type { Proof } from "./target.ts";

/** What a journal keeps of an object: the last that is known of it. */
export interface JournalEntry {
  /** Without the prefixes of either side. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Of the version that was migrated: see `SourceObject.identity`. Empty for what could not be read. */
  readonly identity: string;
  /** Never `done-before` nor one of a dry run. */
  readonly state: Exclude<OutcomeState, "done-before" | "would-copy" | "would-replace">;
  /** Eight hexadecimal digits. */
  readonly crc32?: string;
  /** The target's, quotes included. */
  readonly etag?: string;
  readonly proof?: Proof;
  readonly error?: Pick<OutcomeError, "kind" | "message">;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
