import type { ObjectKey } from "./key.ts";
import type { CallOptions, UploadedPart } from "./provider.ts";

/** One version of an object in a bucket of the same reach. */
export interface CopySource {
  readonly bucket: string;
  readonly key: ObjectKey;
  /** With its quotes. Another one found there is `precondition-failed`. */
  readonly etag: string;
}

/** What a copy must keep, and what tells whether it is one. */
export interface CopyFacts {
  readonly size: number;
  readonly etag: string;
  readonly modified: Date;
  /** Of the whole object, base64 by the algorithm's name in lower case, best first, as far as the store keeps any. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Copies of one version into this bucket which the store makes by itself: no byte passes through here. */
export interface StoreCopy {
  /** Equal for buckets between which the store copies with the same credentials. Holds no secret. */
  readonly reach: string;
  /** Most bytes of {@link StoreCopy.whole}, and of one part. */
  readonly limits: { readonly whole: number; readonly part: number };
  /** Throws `not-found`. */
  facts(key: ObjectKey, options: CallOptions): Promise<CopyFacts>;
  /** With type and metadata, on S3 with tags too. Throws `precondition-failed` too when something lies under the key already. */
  whole(
    key: ObjectKey,
    source: CopySource,
    options: CallOptions,
  ): Promise<Pick<CopyFacts, "etag" | "checksums">>;
  /** Fills a part of an upload with the bytes of the range, both ends included. */
  part(
    key: ObjectKey,
    upload: { readonly id: string; readonly number: number },
    source: CopySource & { readonly range: { readonly start: number; readonly end: number } },
    options: CallOptions,
  ): Promise<UploadedPart>;
}
