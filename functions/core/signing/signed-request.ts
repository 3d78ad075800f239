import type { ObjectKey } from "../storage/key.ts";

export type SignedMethod = "GET" | "HEAD" | "PUT" | "DELETE";

/** Why a signature ends sooner than was wished. */
export type ClampReason = "policy" | "credentials" | "delegation-key" | "provider";

/**
 * A request that anyone may send until it expires: exactly this method to exactly this URL with at
 * least these headers, and no `Authorization`. Never a URL alone: a PUT without its headers is refused.
 */
export interface SignedRequest {
  readonly method: SignedMethod;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** RFC 3339, whole seconds, UTC. The store refuses the request after it. */
  readonly expiresAt: string;
  readonly clampedBy?: ClampReason;
}

/** What is to be signed. The object is not looked up. */
export interface SignIntent {
  readonly method: SignedMethod;
  readonly key: ObjectKey;
  /** Wished life in seconds, 1 to 604800. */
  readonly expires: number;
  /** GET: the answer carries `Content-Disposition: attachment` with this file name. */
  readonly download?: string;
  /** GET, HEAD, DELETE: this version of the object (S3 versionId, Azure versionid, GCS generation). */
  readonly versionId?: string;
  /** PUT: one part of a multipart upload instead of the whole object. */
  readonly part?: PartRef;
  readonly contentType?: string;
  /** PUT: exact length in bytes, bound into the signature where the store can. */
  readonly contentLength?: number;
  /** PUT: base64 SHA-256 of the body, bound into the signature where the store can. */
  readonly checksumSha256?: string;
  /** PUT: base64 CRC-32 of the body (four bytes, big end first), bound into the signature where the store can. */
  readonly checksumCrc32?: string;
  /** PUT: base64 MD5 of the body: every store refuses another body. Bound into the signature where the store can. */
  readonly contentMd5?: string;
  /** PUT of a whole object: the user's own names (lower case, no store's prefix) and values, both printable ASCII. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** GET, HEAD: the answer tells the object's checksums, also where the store wants to be asked for them. */
  readonly tellChecksums?: boolean;
  /** PUT: `*` refuses to replace an existing object. */
  readonly ifNoneMatch?: "*";
}

export interface PartRef {
  readonly uploadId: string;
  /** 1 to 10000. */
  readonly number: number;
}

/** The service's own limits on signatures, from `SIGNED_URL_*`. */
export interface SigningPolicy {
  /** Longest life in seconds. */
  readonly maxExpires: number;
  /** Signing times are rounded down to a multiple of this many seconds; 0 is off. */
  readonly window: number;
}
