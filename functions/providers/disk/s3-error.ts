import { randomUUID } from "node:crypto";
import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";

/**
 * As S3 answers, but for AuthorizationQueryParametersError (400 there): whatever is wrong with a
 * signature is 403 here, so that a spoiled link is told from a spoiled request.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const STATUS = {
  AccessDenied: 403,
  AuthorizationQueryParametersError: 403,
  BadDigest: 400,
  EntityTooLarge: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidToken: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  OperationAborted: 409,
  PreconditionFailed: 412,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
} as const satisfies Record<string, number>;

export type S3Code = keyof typeof STATUS;

const CODES: Readonly<Partial<Record<ErrorKind, S3Code>>> = {
  "invalid-key": "InvalidURI",
  "invalid-request": "InvalidRequest",
  denied: "AccessDenied",
  "not-found": "NoSuchKey",
  "no-bucket": "NoSuchBucket",
  conflict: "OperationAborted",
  "precondition-failed": "PreconditionFailed",
  "too-large": "EntityTooLarge",
  "checksum-mismatch": "BadDigest",
  "range-not-satisfiable": "InvalidRange",
  unsupported: "NotImplemented",
  unavailable: "ServiceUnavailable",
  throttled: "SlowDown",
};

/** What an S3 client is told. `message` is fit for the caller. */
export class S3Error extends Error {
  override readonly name = "S3Error";
  readonly code: S3Code;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: S3Code, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

/** A failure in S3's words; of what was not foreseen nothing is told. */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  const code = error instanceof StorageError ? CODES[error.kind] : undefined;
  if (!(error instanceof StorageError) || code === undefined) {
    return new S3Error("InternalError", "We encountered an internal error. Please try again.");
  }
  const missingUpload = code === "NoSuchKey" && error.place.operation === UPLOAD_PART;
  return new S3Error(missingUpload ? "NoSuchUpload" : code, error.message);
}

export const UPLOAD_PART = "multipart.put";

/** The error document; without a body for HEAD, as HTTP demands. */
export function toErrorResponse(error: S3Error, method: string, resource: string): Response {
  const requestId = newRequestId();
  const fields = [
    ["Code", error.code],
    ["Message", error.message],
    ["Resource", resource],
    ["RequestId", requestId],
  ] as const;
  const document = fields.map(([name, text]) => `<${name}>${toXmlText(text)}</${name}>`).join("");
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${document}</Error>`;
  return new Response(method === "HEAD" ? null : body, {
    status: STATUS[error.code],
    headers: {
      "content-type": "application/xml",
      "x-amz-request-id": requestId,
      "x-content-type-options": "nosniff",
      ...error.headers,
    },
  });
}

export function newRequestId(): string {
  return randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase();
}

/** XML 1.0 cannot hold control characters, not even escaped. */
function toXmlText(text: string): string {
  return Array.from(text, (character) => {
    if (character < " ") return "\u{FFFD}";
    return ESCAPES[character] ?? character;
  }).join("");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\uFFFE": "\u{FFFD}",
  "\uFFFF": "\u{FFFD}",
};
