import {
  type ErrorKind,
  type ErrorPlace,
  StorageError,
} from "@remote-storage/core/storage/errors.ts";

const KINDS: ReadonlyMap<number, ErrorKind> = new Map([
  [400, "invalid-request"],
  [401, "credentials"],
  [403, "denied"],
  [404, "not-found"],
  [408, "timeout"],
  [409, "conflict"],
  [412, "precondition-failed"],
  [413, "too-large"],
  [416, "range-not-satisfiable"],
  [429, "throttled"],
  [504, "timeout"],
]);

/** Operations for which nothing but the bucket can be missing. */
const NEED_NO_OBJECT: ReadonlySet<string> = new Set(["list", "write", "create"]);

/** Both APIs say 404 for a missing object and for a missing bucket; only their words differ. */
const NO_BUCKET = /NoSuchBucket|specified bucket does not exist/;

const MESSAGES = {
  "invalid-key": "Google Cloud Storage cannot hold this key",
  "invalid-request": "Google Cloud Storage refused the request",
  denied: "Google Cloud Storage denied access",
  "not-found": "there is no such object",
  "no-bucket": "there is no such bucket",
  conflict: "another request changed the object at the same time",
  "precondition-failed": "the object is not in the state that was asked for",
  "too-large": "the object is larger than Google Cloud Storage allows",
  "checksum-mismatch": "the bytes that arrived are not the bytes that were announced",
  "range-not-satisfiable": "the range lies outside the object",
  unsupported: "Google Cloud Storage does not support this",
  credentials: "Google Cloud Storage did not accept the credentials",
  "wrong-region": "the bucket is in another region",
  unavailable: "Google Cloud Storage could not be reached or failed",
  throttled: "Google Cloud Storage asks for fewer requests",
  timeout: "Google Cloud Storage did not answer in time",
} as const satisfies Record<ErrorKind, string>;

/** A failure of our own finding, in the same words as one that Google reported. */
export function failure(kind: ErrorKind, place: ErrorPlace, cause?: unknown): StorageError {
  return new StorageError(kind, MESSAGES[kind], place, cause);
}

/**
 * What the HTTP client threw, as a {@link StorageError}. Google's own words stay in `cause`: they name
 * service accounts and projects, which callers have no business to learn.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/status-codes
 * @see https://cloud.google.com/storage/docs/xml-api/reference-status
 */
export function toStorageError(error: unknown, place: ErrorPlace): StorageError {
  if (error instanceof StorageError) return error;
  return failure(kindOf(error, place.operation), place, error);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof StorageError && error.kind === "not-found";
}

function kindOf(error: unknown, operation: string): ErrorKind {
  if (!(error instanceof Error)) return "unavailable";
  const status = "status" in error && typeof error.status === "number" ? error.status : undefined;
  if (status === undefined) return "unavailable";
  if (status === 404 && (NEED_NO_OBJECT.has(operation) || NO_BUCKET.test(answerOf(error)))) {
    return "no-bucket";
  }
  return KINDS.get(status) ?? (status >= 500 ? "unavailable" : "invalid-request");
}

/** The text that came with the status: the message of the JSON API, or the XML document. */
function answerOf(error: Error): string {
  const response = "response" in error ? error.response : undefined;
  const data =
    typeof response === "object" && response !== null && "data" in response ? response.data : "";
  return typeof data === "string" ? `${error.message} ${data}` : error.message;
}
