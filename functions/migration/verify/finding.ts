import type { Entry } from "./side.ts";

/**
 * - `equal`: proven; `proof` says how.
 * - `missing`: only the source has it. `extra`: only the target has it.
 * - `size`, `content`, `type`: both have it, and they differ in this.
 * - `unread`: a side could not be read to the end, so nothing is proven.
 */
export type Outcome = "equal" | "missing" | "extra" | "size" | "content" | "type" | "unread";

/**
 * `checksum`: both stores say the same MD5, or one says what the other's bytes give. `bytes`: both were
 * read and compared. `empty`: neither has a byte.
 */
type Proof = "checksum" | "bytes" | "empty";

/** What is known of one name after both sides were looked at. */
export interface Finding {
  readonly name: string;
  readonly outcome: Outcome;
  readonly source?: Entry;
  readonly target?: Entry;
  /** With `equal`. */
  readonly proof?: Proof;
  /** `md5:…` where one was seen or computed; as {@link ContentTag} for uploads in parts. */
  readonly checksum?: string;
  /** Of anything but `equal`: what differs, for people. No secret. */
  readonly detail?: string;
}

/** How many names came out how. */
export type VerifySummary = Readonly<Record<Outcome, number>> & {
  /** Bytes of the objects that were proven equal. */
  readonly bytes: number;
};
