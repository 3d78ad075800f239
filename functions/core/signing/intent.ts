import { type ErrorKind, StorageError } from "../storage/errors.ts";
import type { SignedMethod, SignedRequest, SignIntent } from "./signed-request.ts";
import type { Pair } from "./sigv4.ts";
import type { Validity } from "./validity.ts";

type Field = Exclude<keyof SignIntent, "method" | "key" | "expires">;

const OF_PUT: readonly Field[] = [
  "part",
  "contentType",
  "contentLength",
  "checksumSha256",
  "checksumCrc32",
  "contentMd5",
  "metadata",
  "ifNoneMatch",
];

/** What each method has no place for. */
const FOREIGN: Readonly<Record<SignedMethod, readonly Field[]>> = {
  GET: OF_PUT,
  HEAD: OF_PUT,
  PUT: ["download", "versionId", "tellChecksums"],
  DELETE: ["download", "tellChecksums", ...OF_PUT],
};

/** S3's and Google's highest; Azure's 50,000 blocks hold it. */
const MAX_PART_NUMBER = 10_000;

const HEADER_VALUE = /^[\x20-\x7e]+$/;

/** RFC 9110's token without what stores change: upper case. */
const METADATA_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

/** No store's ids have other characters; a line end would shift the lines of what Azure signs. */
const ID = /^[\x21-\x7e]+$/;

/** A failure to sign, in the words of the signer `provider`. */
export function refusal(
  kind: ErrorKind,
  message: string,
  provider: string,
  intent: SignIntent,
): StorageError {
  return new StorageError(kind, message, { provider, operation: "sign", key: intent.key });
}

/**
 * Refuses what no store could sign, so that nothing that was asked for is left out in silence.
 *
 * @throws StorageError `invalid-request` when a field belongs to another method or is malformed.
 */
export function checkIntent(intent: SignIntent, provider: string): void {
  if (isPlain(intent)) return;
  const invalid = (message: string) => refusal("invalid-request", message, provider, intent);
  const { method, part, contentType, contentLength, versionId } = intent;
  for (const field of FOREIGN[method]) {
    if (intent[field] !== undefined) throw invalid(`${field} has no place in a ${method}`);
  }
  if (part !== undefined) {
    if (!Number.isInteger(part.number) || part.number < 1 || part.number > MAX_PART_NUMBER) {
      throw invalid(`part numbers are 1 to ${MAX_PART_NUMBER}, not ${part.number}`);
    }
    if (!ID.test(part.uploadId)) throw invalid("uploadId is not printable ASCII");
    for (const field of ["ifNoneMatch", "metadata"] as const) {
      if (intent[field] !== undefined) throw invalid(`${field} has no place in a part`);
    }
  }
  if (versionId !== undefined && !ID.test(versionId)) {
    throw invalid("versionId is not printable ASCII");
  }
  if (contentLength !== undefined && !(Number.isSafeInteger(contentLength) && contentLength >= 0)) {
    throw invalid(`contentLength is a whole number of bytes, not ${contentLength}`);
  }
  if (contentType !== undefined && !HEADER_VALUE.test(contentType)) {
    throw invalid("contentType is not a header value (printable ASCII)");
  }
  for (const [field, bytes] of DIGESTS) {
    const digest = intent[field];
    if (digest !== undefined && !isBase64Of(bytes, digest)) {
      throw invalid(`${field} is not the base64 of ${bytes} bytes`);
    }
  }
  for (const [name, value] of Object.entries(intent.metadata ?? NO_HEADERS)) {
    if (!METADATA_NAME.test(name)) throw invalid(`no store takes the metadata name ${name}`);
    if (!HEADER_VALUE.test(value)) {
      throw invalid(`the metadata ${name} is not a header value (printable ASCII)`);
    }
  }
}

/** Asks for nothing beyond what every signature has, as nearly every link does. */
export function isPlain(intent: SignIntent): boolean {
  for (const field in intent) {
    if (field !== "method" && field !== "key" && field !== "expires") return false;
  }
  return true;
}

const DIGESTS = [
  ["checksumSha256", 32],
  ["checksumCrc32", 4],
  ["contentMd5", 16],
] as const;

function isBase64Of(bytes: number, text: string): boolean {
  return text.length === 4 * Math.ceil(bytes / 3) && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** Puts a signed URL together with what its holder must know. */
export function signedRequest(
  method: SignedMethod,
  url: string,
  headers: readonly Pair[],
  validity: Validity,
): SignedRequest {
  const { expiresAt, clampedBy } = validity;
  const request = {
    method,
    url,
    headers: headers.length === 0 ? NO_HEADERS : Object.fromEntries(headers),
    expiresAt,
  };
  return clampedBy === undefined ? request : { ...request, clampedBy };
}
