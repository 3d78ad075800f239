import { InvalidKeyError, type ObjectKey, parseKey } from "@remote-storage/core/storage/key.ts";
import type { Verified } from "@remote-storage/core/signing/sigv4-verify.ts";
import { S3Error } from "./s3-error.ts";

/** A verified request in the endpoint's terms. */
export interface S3Request {
  readonly bucket: string;
  readonly key: ObjectKey;
  /** Query parameters that are not the signature's. */
  readonly parameters: ReadonlyMap<string, string>;
  /** `x-amz-*` in lower case, from signed headers and, as S3 takes them too, from the query. */
  readonly amz: ReadonlyMap<string, string>;
}

/** Part of the signature itself. */
const OF_SIGNATURE = new Set([
  "x-amz-algorithm",
  "x-amz-content-sha256",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-signature",
  "x-amz-signedheaders",
]);

/** Say nothing that changes what is done here, or only say what is so anyway. */
const HARMLESS: Readonly<Record<string, RegExp>> = {
  "x-amz-acl": /^(?:private|bucket-owner-full-control|bucket-owner-read)$/,
  "x-amz-checksum-algorithm": /^/,
  "x-amz-checksum-mode": /^/,
  "x-amz-request-payer": /^/,
  "x-amz-sdk-checksum-algorithm": /^/,
  "x-amz-storage-class": /^STANDARD$/,
  "x-amz-user-agent": /^/,
};

/** They mean another resource than the object's bytes: serving these instead would be wrong. */
const SUBRESOURCES = [
  "acl",
  "attributes",
  "delete",
  "legal-hold",
  "list-type",
  "renameObject",
  "restore",
  "retention",
  "select",
  "tagging",
  "torrent",
  "uploads",
  "versionId",
];

/**
 * Reads bucket, key and options from what was verified, and from nothing else.
 *
 * @throws S3Error `NotImplemented` for whatever S3 would act on and this endpoint does not: ignoring
 * it would store or serve something else than was asked for.
 */
export function toS3Request(
  verified: Verified,
  headers: Headers,
  buckets: readonly string[],
): S3Request {
  const slash = verified.path.indexOf("/", 1);
  const bucket = verified.path.slice(1, slash === -1 ? undefined : slash);
  if (!buckets.includes(bucket)) {
    throw new S3Error("NoSuchBucket", "The specified bucket does not exist");
  }
  const text = slash === -1 ? "" : verified.path.slice(slash + 1);
  if (text === "") throw new S3Error("NotImplemented", "Only objects are served here");

  const parameters = new Map<string, string>();
  const amz = new Map<string, string>();
  for (const [name, value] of verified.parameters) {
    const lower = name.toLowerCase();
    if (!lower.startsWith("x-amz-")) parameters.set(name, value);
    else if (!OF_SIGNATURE.has(lower)) amz.set(lower, value);
  }
  for (const [name, value] of headers) {
    if (name.startsWith("x-amz-") && !OF_SIGNATURE.has(name)) amz.set(name, value);
  }
  refuseUnknown(parameters, amz, headers);
  return { bucket, key: toKey(text), parameters, amz };
}

function refuseUnknown(
  parameters: ReadonlyMap<string, string>,
  amz: ReadonlyMap<string, string>,
  headers: Headers,
): void {
  const other = SUBRESOURCES.find((name) => parameters.has(name));
  if (other !== undefined) {
    throw new S3Error("NotImplemented", `The parameter ${other} is not supported here`);
  }
  for (const [name, value] of amz) {
    const known = name.startsWith("x-amz-checksum-") || HARMLESS[name]?.test(value) === true;
    if (!known) throw new S3Error("NotImplemented", `The header ${name} is not supported here`);
  }
  if (/\baws-chunked\b/i.test(headers.get("content-encoding") ?? "")) {
    throw new S3Error("NotImplemented", "A body in aws-chunked framing is not supported here");
  }
}

function toKey(text: string): ObjectKey {
  try {
    return parseKey(text);
  } catch (error) {
    if (error instanceof InvalidKeyError) throw new S3Error("KeyTooLongError", error.message);
    throw error;
  }
}
