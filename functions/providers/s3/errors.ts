import {
  type ErrorKind,
  type ErrorPlace,
  StorageError,
} from "@remote-storage/core/storage/errors.ts";
import { kindOfStatus } from "@remote-storage/core/storage/status-kind.ts";

interface Failure {
  readonly kind: ErrorKind;
  readonly message: string;
}

/**
 * Error codes of S3 and its kin.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const CODES: Readonly<Record<string, ErrorKind>> = {
  NoSuchKey: "not-found",
  NotFound: "not-found",
  NoSuchVersion: "not-found",
  NoSuchUpload: "not-found",
  NoSuchBucket: "no-bucket",
  InvalidBucketName: "no-bucket",
  AccessDenied: "denied",
  AllAccessDisabled: "denied",
  AccountProblem: "denied",
  InvalidObjectState: "denied",
  // What a version is that marks a deletion.
  MethodNotAllowed: "not-found",
  InvalidAccessKeyId: "credentials",
  SignatureDoesNotMatch: "credentials",
  ExpiredToken: "credentials",
  InvalidToken: "credentials",
  InvalidTokenId: "credentials",
  TokenRefreshRequired: "credentials",
  CredentialsProviderError: "credentials",
  RequestTimeTooSkewed: "credentials",
  PermanentRedirect: "wrong-region",
  TemporaryRedirect: "wrong-region",
  AuthorizationHeaderMalformed: "wrong-region",
  IllegalLocationConstraintException: "wrong-region",
  PreconditionFailed: "precondition-failed",
  ConditionalRequestConflict: "precondition-failed",
  OperationAborted: "conflict",
  BucketAlreadyExists: "conflict",
  InvalidRange: "range-not-satisfiable",
  EntityTooLarge: "too-large",
  BadDigest: "checksum-mismatch",
  InvalidDigest: "checksum-mismatch",
  XAmzContentSHA256Mismatch: "checksum-mismatch",
  XAmzContentChecksumMismatch: "checksum-mismatch",
  KeyTooLongError: "invalid-key",
  XMinioInvalidObjectName: "invalid-key",
  XMinioInvalidResourceName: "invalid-key",
  XMinioParentIsObject: "invalid-key",
  XMinioObjectExistsAsDirectory: "invalid-key",
  InvalidPart: "invalid-request",
  InvalidPartOrder: "invalid-request",
  EntityTooSmall: "invalid-request",
  InvalidArgument: "invalid-request",
  InvalidRequest: "invalid-request",
  MalformedXML: "invalid-request",
  IncompleteBody: "invalid-request",
  NotImplemented: "unsupported",
  SlowDown: "throttled",
  SlowDownRead: "throttled",
  SlowDownWrite: "throttled",
  Throttling: "throttled",
  ThrottlingException: "throttled",
  TooManyRequests: "throttled",
  RequestLimitExceeded: "throttled",
  XMinioServerNotInitialized: "unavailable",
  ServiceUnavailable: "unavailable",
  InternalError: "unavailable",
  // The SDK calls a broken connection a time-out by name; the code tells.
  ECONNRESET: "unavailable",
  EPIPE: "unavailable",
  RequestTimeout: "timeout",
  TimeoutError: "timeout",
  ETIMEDOUT: "timeout",
  ESOCKETTIMEDOUT: "timeout",
};

const MESSAGES: Readonly<Record<ErrorKind, string>> = {
  "invalid-key": "the store cannot hold an object of this name",
  "invalid-request": "the store refused the request",
  denied: "the store denies this to the configured credentials",
  "not-found": "there is no such object",
  "no-bucket": "there is no such bucket",
  conflict: "another request is changing the same thing",
  "precondition-failed": "the object is not in the state that was asked for",
  "too-large": "the store does not take so many bytes at once",
  "checksum-mismatch": "the bytes that arrived are not those that were sent",
  "range-not-satisfiable": "the object has no bytes in this range",
  unsupported: "the store does not offer this",
  credentials: "the store does not accept the configured credentials",
  "wrong-region": "the bucket is in another region than the one that is configured",
  unavailable: "the store cannot be reached, or failed",
  throttled: "the store asks to slow down",
  timeout: "the store did not answer in time",
};

/** Where the kind alone would mislead. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  NoSuchUpload: "there is no such upload",
  InvalidObjectState: "the object is archived: it has to be restored first",
  RequestTimeTooSkewed: "the clocks of the store and of this machine differ too much",
};

function field(from: unknown, name: string): unknown {
  return typeof from === "object" && from !== null ? Reflect.get(from, name) : undefined;
}

/** HTTP status of the answer behind an SDK error, if there was an answer. */
export function statusOf(error: unknown): number | undefined {
  const status = field(field(error, "$metadata"), "httpStatusCode");
  return typeof status === "number" ? status : undefined;
}

/** The region that a store named when it refused: the bucket is there. */
export function namedRegion(error: unknown): string | undefined {
  const header = field(field(field(error, "$response"), "headers"), "x-amz-bucket-region");
  const region = header ?? field(error, "Region");
  return typeof region === "string" && /^[\w-]+$/.test(region) ? region : undefined;
}

function kindOf(error: unknown): ErrorKind {
  for (const code of [field(error, "Code"), field(error, "code"), field(error, "name")]) {
    const kind = typeof code === "string" ? CODES[code] : undefined;
    if (kind !== undefined) return kind;
  }
  const status = statusOf(error);
  return status === undefined ? "unavailable" : kindOfStatus(status);
}

function describe(error: unknown): Failure {
  const kind = kindOf(error);
  const region = kind === "wrong-region" ? namedRegion(error) : undefined;
  if (region !== undefined) return { kind, message: `the bucket is in the region ${region}` };
  const name = field(error, "name");
  const explained = typeof name === "string" ? EXPLANATIONS[name] : undefined;
  return { kind, message: explained ?? MESSAGES[kind] };
}

/** What the contract calls an SDK's, a connection's or a store's failure. */
export function toStorageError(error: unknown, place: ErrorPlace): StorageError {
  if (error instanceof StorageError) return error;
  const { kind, message } = describe(error);
  return new StorageError(kind, message, place, error);
}
