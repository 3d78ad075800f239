import type { ErrorKind } from "./errors.ts";

/** What the stores that speak S3's protocol mean by a status. */
const STATUSES: Readonly<Record<number, ErrorKind>> = {
  301: "wrong-region",
  307: "wrong-region",
  400: "invalid-request",
  401: "credentials",
  403: "denied",
  404: "not-found",
  // What a version is that marks a deletion.
  405: "not-found",
  408: "timeout",
  409: "conflict",
  411: "invalid-request",
  412: "precondition-failed",
  413: "too-large",
  416: "range-not-satisfiable",
  429: "throttled",
  501: "unsupported",
  503: "throttled",
  504: "timeout",
  507: "too-large",
};

/** For refusals whose code is unknown, or that have none: a HEAD has no body. */
export function kindOfStatus(status: number): ErrorKind {
  return STATUSES[status] ?? "unavailable";
}
