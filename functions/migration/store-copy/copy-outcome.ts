import type { Outcome } from "../outcome.ts";

/** What has become of one object that a store copied by itself. */
export interface CopyOutcome extends Omit<Outcome, "proof"> {
  /**
   * The checksum that both sides have alike, by the algorithm's name. Absent: the store tells no common one,
   * and only the size speaks for the copy beside the store itself.
   */
  readonly proof?: string;
}
