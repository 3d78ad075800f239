import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";
import { kindOfStatus } from "@remote-storage/core/storage/status-kind.ts";
import type { Answer } from "./wire.ts";

/** A store's refusal, with what it says of trying again. */
export class AnswerError extends StorageError {
  /** Milliseconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(
    kind: ErrorKind,
    message: string,
    place: ConstructorParameters<typeof StorageError>[2],
    retryAfter?: number,
  ) {
    super(kind, message, place);
    this.retryAfter = retryAfter;
  }
}

/**
 * What the stores' error codes mean. Those of S3 and Google's XML API, then of Azure; the status decides
 * for all others.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 */
const CODES: Readonly<Record<string, ErrorKind>> = {
  NoSuchBucket: "no-bucket",
  NoSuchUpload: "not-found",
  RequestTimeout: "timeout",
  ExpiredToken: "credentials",
  TokenRefreshRequired: "credentials",
  RequestTimeTooSkewed: "credentials",
  InvalidAccessKeyId: "credentials",
  SignatureDoesNotMatch: "credentials",
  BadDigest: "checksum-mismatch",
  XAmzContentChecksumMismatch: "checksum-mismatch",
  XAmzContentSHA256Mismatch: "checksum-mismatch",
  // Two conditional writes at a time, or a part beside them: the same may be tried again.
  ConditionalRequestConflict: "unavailable",
  OperationAborted: "unavailable",
  KeyTooLongError: "invalid-key",
  XMinioStorageFull: "too-large",
  QuotaExceeded: "too-large",
  XMinioInvalidObjectName: "invalid-key",
  XMinioInvalidResourceName: "invalid-key",
  XMinioParentIsObject: "invalid-key",
  XMinioObjectExistsAsDirectory: "invalid-key",
  // Azure
  ContainerNotFound: "no-bucket",
  ContainerBeingDeleted: "unavailable",
  BlobAlreadyExists: "precondition-failed",
  UnauthorizedBlobOverwrite: "precondition-failed",
  Md5Mismatch: "checksum-mismatch",
  AuthenticationFailed: "credentials",
  InvalidResourceName: "invalid-key",
  ServerBusy: "throttled",
  OperationTimedOut: "timeout",
};

interface Place {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
}

/** A refusal as an error; its message is the store's own word for it. */
export function refusalOf({ status, headers, body }: Answer, place: Place): AnswerError {
  const text = body.subarray(0, 4096).toString();
  const code = /<Code>([\w.]+)<\/Code>/.exec(text)?.[1] ?? headers["x-ms-error-code"];
  const kind = CODES[code ?? ""] ?? kindOfStatus(status);
  const word = decode(/<Message>([^<]{1,200})/.exec(text)?.[1] ?? "the store gives no reason");
  const message = `${code ?? `status ${status}`}: ${word}`;
  return new AnswerError(kind, message, { provider: "migration", ...place }, retryAfterOf(headers));
}

const ENTITIES: Readonly<Record<string, string>> = {
  quot: '"',
  apos: "'",
  lt: "<",
  gt: ">",
  amp: "&",
};

/** XML's own entities, as a person reads them. */
function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d{2,3})|([a-z]{2,4}));/g, (entity, code?: string, name = "") =>
    code === undefined ? (ENTITIES[name] ?? entity) : String.fromCodePoint(Number(code)),
  );
}

/** Whole seconds; the form with a date is not sent by any store. */
function retryAfterOf(headers: Answer["headers"]): number | undefined {
  const seconds = headers["retry-after"];
  return seconds !== undefined && /^\d{1,5}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/** A request that had no whole answer: it may or may not have taken effect. */
export function brokenOff(error: unknown, place: Place): StorageError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const slow = /TIMEOUT|ETIMEDOUT/.test(code);
  const reason = error instanceof Error ? error.message : String(error);
  return new StorageError(
    slow ? "timeout" : "unavailable",
    slow ? "the store did not answer in time" : `the connection broke off: ${reason}`,
    { provider: "migration", ...place },
    error,
  );
}
