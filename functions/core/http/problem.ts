import { STATUS_CODES } from "node:http";
import type { LinkErrorCode } from "../links/link.ts";
import type { PictureErrorCode } from "../pictures/picture-error.ts";
import type { ErrorKind } from "../storage/errors.ts";

/** Codes of the service's own; clients branch on them. Storage errors add theirs by `StorageError.status`. */
export const STATUS = {
  invalid_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  bad_signature: 403,
  signature_expired: 403,
  method_not_allowed: 405,
  body_timeout: 408,
  unsupported_media_type: 415,
  unredirectable_key: 422,
  header_required: 428,
  rate_limited: 429,
  internal: 500,
  issuer_unavailable: 503,
  audit_unavailable: 503,
  // links
  bad_syntax: 400,
  unknown_scheme: 400,
  unknown_bucket: 404,
  ambiguous_provider: 409,
  outside_prefix: 403,
  bad_encoding: 400,
  too_long: 400,
  credentials_unavailable: 502,
  blocked_address: 403,
  // storage
  invalid_key: 400,
  denied: 403,
  not_found: 404,
  no_bucket: 404,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  checksum_mismatch: 400,
  range_not_satisfiable: 416,
  // Asked of a store that cannot: the request is at fault, and asking again will not help.
  unsupported: 400,
  credentials: 502,
  wrong_region: 502,
  unavailable: 502,
  throttled: 503,
  timeout: 504,
  // pictures
  not_a_picture: 415,
  unsupported_picture: 415,
  damaged_picture: 422,
  picture_timeout: 422,
  too_many_pixels: 413,
  too_many_frames: 413,
  picture_too_large: 413,
  no_such_page: 404,
  no_such_band: 400,
  too_busy: 429,
} as const satisfies Readonly<Record<string, number>> &
  Readonly<Record<LinkErrorCode | PictureErrorCode, number>>;

export type ProblemCode = keyof typeof STATUS;

/** A storage error's kind as clients see it; a kind without a code does not compile. */
export const STORAGE_CODE = {
  "invalid-key": "invalid_key",
  "invalid-request": "invalid_request",
  denied: "denied",
  "not-found": "not_found",
  "no-bucket": "no_bucket",
  conflict: "conflict",
  "precondition-failed": "precondition_failed",
  "too-large": "too_large",
  "checksum-mismatch": "checksum_mismatch",
  "range-not-satisfiable": "range_not_satisfiable",
  unsupported: "unsupported",
  credentials: "credentials",
  "wrong-region": "wrong_region",
  unavailable: "unavailable",
  throttled: "throttled",
  timeout: "timeout",
} as const satisfies Readonly<Record<ErrorKind, ProblemCode>>;

/** An answer that is a refusal. `message` becomes `detail`: what, where, what to do; no secret. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.headers = headers;
  }
}

/**
 * RFC 9457. `type` is `about:blank`, so `title` is the status's own phrase and `code` tells problems of
 * one status apart.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457#section-4.2.1
 */
export function problemResponse(problem: ProblemError, requestId: string): Response {
  const status = STATUS[problem.code];
  const body = JSON.stringify({
    type: "about:blank",
    title: STATUS_CODES[status],
    status,
    detail: problem.message,
    code: problem.code,
    requestId,
  });
  return new Response(body, {
    status,
    headers: {
      "Content-Type": "application/problem+json",
      "Content-Length": String(Buffer.byteLength(body)),
      "Cache-Control": "no-store",
      ...problem.headers,
    },
  });
}
