/** What is looked at, in the order in which it is looked at. */
export type Check =
  | "address"
  | "api"
  | "clock"
  | "credentials"
  | "signed host"
  | "region"
  | "bucket"
  | "owner"
  | "list"
  | "read"
  | "write"
  | "uploads"
  | "remove"
  | "cors";

/**
 * `fine`; `note`: worth a line, nothing is wrong; `warning`: works, but less than it could; `fault`: something
 * that the settings promise does not work.
 */
export type State = "fine" | "note" | "warning" | "fault";

/** What one check came to. All texts are for people, and none holds a secret or a signature. */
export interface Finding {
  readonly check: Check;
  readonly state: State;
  /** The bucket, or `bucket/prefix/`; absent: it is about the provider as a whole. */
  readonly bucket?: string;
  /** What was found, in one line. */
  readonly found: string;
  /** What it means for those who use the service. */
  readonly meaning?: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** The store's own word for it, to search its documentation for. */
  readonly code?: string;
}

/** What a check finds, before it is known which bucket it was about. */
export type Trouble = Omit<Finding, "bucket">;

export function fine(check: Check, found: string): Finding {
  return { check, state: "fine", found };
}

export function note(check: Check, found: string): Finding {
  return { check, state: "note", found };
}

/** Faults that no bucket of the provider can be free of: the first is enough. */
export function concernsAll({ check, state }: Trouble): boolean {
  return state === "fault" && (check === "credentials" || check === "clock" || check === "api");
}

/** True when at least one finding is a fault. */
export function hasFault(findings: readonly Finding[]): boolean {
  return findings.some(({ state }) => state === "fault");
}
