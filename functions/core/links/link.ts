import type { SignedMethod } from "../signing/signed-request.ts";
import type { ObjectKey } from "../storage/key.ts";
import type { Bucket, ProviderKind } from "../storage/provider.ts";

/** Why a link cannot be given; stable, clients branch on it. Those after `check` come only from looking. */
export type LinkErrorCode =
  | "bad_syntax"
  | "unknown_scheme"
  | "unknown_bucket"
  | "ambiguous_provider"
  | "outside_prefix"
  | "bad_encoding"
  | "too_long"
  | "credentials_unavailable"
  // check
  | "not_found"
  | "forbidden"
  | "wrong_region"
  | "blocked_address"
  | "timeout"
  | "unavailable";

export interface LinkError {
  readonly code: LinkErrorCode;
  /** What is wrong, naming what and where. No secret. */
  readonly message: string;
  /** What to do about it, when that is known ("did you mean s3://?"). */
  readonly hint?: string;
}

/** Where a link points, found without any I/O. */
export type LocatedLink =
  | {
      readonly type: "object";
      /** The entry's name in remote_links.yml, or `fs` for the service's own buckets. */
      readonly provider: string;
      readonly bucket: string;
      readonly key: ObjectKey;
      readonly versionId?: string;
    }
  /** A public http(s) link: passed on byte for byte, never signed. */
  | { readonly type: "public"; readonly url: string }
  | { readonly type: "error"; readonly error: LinkError };

/** What looking at an object tells. A public host may leave any of it out. */
export interface LinkFacts {
  /** Bytes. */
  readonly size?: number;
  /** Content type. */
  readonly type?: string;
  /** The `ETag` header's value, quotes included. */
  readonly etag?: string;
}

/** A link that may be opened now, with what `check` has found. Public links have no headers and never expire. */
export interface ResolvedLink extends LinkFacts {
  readonly link: string;
  /** As in {@link LocatedLink}; `https` or `http` for public links. */
  readonly provider: string;
  readonly method: SignedMethod;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt?: string;
  readonly clampedBy?: string;
}

export interface FailedLink {
  readonly link: string;
  readonly error: LinkError;
}

export interface ResolveOptions {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE";
  /** Wished life in seconds. */
  readonly expires: number;
  readonly download?: string;
}

/** One configured provider as `GET /links/providers` shows it. */
export interface ProviderSummary {
  readonly name: string;
  readonly kind: ProviderKind;
  /** As written in the file: bucket names or `bucket/prefix/`. */
  readonly buckets: readonly string[];
}

/** Resolves links against remote_links.yml and the own buckets. Never throws for a bad link. */
export interface LinkResolver {
  readonly providers: readonly ProviderSummary[];
  locate(link: string): LocatedLink;
  /** The bucket that an object's link lies in, to read from it. */
  bucket(located: LocatedLink): Bucket | undefined;
  /** Answers at once, without a promise, whenever signing does: bulk resolving depends on it. */
  sign(
    link: string,
    located: LocatedLink,
    options: ResolveOptions,
  ): ResolvedLink | FailedLink | Promise<ResolvedLink | FailedLink>;
}
