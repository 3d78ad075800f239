import type { ObjectKey } from "./key.ts";
import type { CallOptions, UploadedPart, UploadOptions } from "./provider.ts";

/** A part that the store has fetched. */
export interface FetchedPart extends UploadedPart {
  /** Of the bytes that were stored: base64 of eight bytes, big end first, as S3 writes it. */
  readonly crc64nvme: string;
}

/**
 * Copies of what lies in other stores, which this one fetches by itself by signed URLs: no byte passes through
 * here. A URL is a secret: no error tells it. Where the store cannot fetch it, `unsupported` is thrown; a source
 * that is busy or broken is `throttled` or `unavailable`.
 */
export interface UrlCopy {
  /** Most bytes of {@link UrlCopy.whole}, and of one part. */
  readonly limits: { readonly whole: number; readonly part: number };
  /** False for a URL that the store cannot reach, as far as the address tells. */
  reaches(url: string): boolean;
  /**
   * Stores bytes of this MD5 (base64), or nothing: `checksum-mismatch`. Throws `precondition-failed` when something
   * lies under the key already.
   */
  whole(
    key: ObjectKey,
    source: { readonly url: string; readonly md5: string },
    options: UploadOptions,
  ): Promise<{ readonly etag: string }>;
  /**
   * Fills a part of an upload with the bytes of the range, both ends included. When their checksum is given, no others:
   * `checksum-mismatch`. Else the answer tells it; `unsupported` when the store does not.
   */
  part(
    key: ObjectKey,
    upload: { readonly id: string; readonly number: number },
    source: {
      readonly url: string;
      readonly range: { readonly start: number; readonly end: number };
      readonly crc64nvme?: string;
    },
    options: CallOptions,
  ): Promise<FetchedPart>;
}
