import type { SignedRequest, SignIntent } from "../signing/signed-request.ts";
import type { ObjectKey } from "./key.ts";
import type { StoreCopy } from "./store-copy.ts";
import type { UrlCopy } from "./url-copy.ts";

/** `STORAGE_PROVIDER` and `provider:` in remote_links.yml: local disk, S3-compatible, Azure Blob, Google. */
export type ProviderKind = "http" | "minio" | "azure" | "google";

export interface ObjectStat {
  readonly key: ObjectKey;
  /** Bytes. */
  readonly size: number;
  /** As in the `ETag` header, quotes included. */
  readonly etag: string;
  /** Whole seconds at least; stores differ in finer precision. */
  readonly modified: Date;
  readonly type: string;
  readonly versionId?: string;
}

/** Inclusive offsets (RFC 9110 §14.1.2). `{ suffix }` is the last `suffix` bytes. */
export type ByteRange =
  | { readonly start: number; readonly end?: number }
  | { readonly suffix: number };

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface ReadOptions extends CallOptions {
  readonly range?: ByteRange;
  /** An etag with its quotes: `unchanged` is answered when it is still the object's. */
  readonly ifNoneMatch?: string;
  /** An etag with its quotes: `precondition-failed` is thrown when it is no longer the object's. */
  readonly ifMatch?: string;
  readonly versionId?: string;
}

export type ReadResult =
  | {
      readonly state: "full" | "partial";
      readonly stat: ObjectStat;
      /** Inclusive offsets of `body` within the object; absent for an empty object. */
      readonly range?: { readonly start: number; readonly end: number };
      readonly body: ReadableStream<Uint8Array>;
    }
  | { readonly state: "unchanged"; readonly etag: string };

export interface WriteOptions extends CallOptions {
  /** Content type. When absent: `application/octet-stream`, on the local disk what the key's ending tells. */
  readonly type?: string;
  /** Bytes, when known: a body of another length is refused and nothing is stored. */
  readonly size?: number;
  /** Throws `precondition-failed` when an object has this key already. */
  readonly ifAbsent?: boolean;
  /** Throws `precondition-failed` unless the object has this etag. See {@link IfMatch}. */
  readonly ifMatch?: IfMatch;
}

export interface RemoveOptions extends CallOptions {
  /** Throws `precondition-failed` when the object has another etag. See {@link IfMatch}. */
  readonly ifMatch?: IfMatch;
}

/**
 * An etag with its quotes, on which a change depends. AWS, Azure and Google compare and change in one step; the local
 * disk does so for all writers of one process. On S3 stores that ignore the condition the etag is looked at right before.
 */
export type IfMatch = string;

export interface ListOptions extends CallOptions {
  /** Literal: `a` matches `ab`. Default: everything. */
  readonly prefix?: string;
  /** Keys that contain it after the prefix are rolled up into `prefixes`. */
  readonly delimiter?: string;
  /** Objects and prefixes together, 1 to 1000; default 1000. A page may hold fewer. */
  readonly limit?: number;
  /** From an earlier page of the same listing. */
  readonly cursor?: string;
}

export interface ListedObject {
  readonly key: ObjectKey;
  readonly size: number;
  readonly etag: string;
  readonly modified: Date;
  /** Lower-case hexadecimal, where the store keeps it beside the etag: Azure. */
  readonly md5?: string;
}

export interface Page {
  /** In UTF-8 byte order. */
  readonly objects: readonly ListedObject[];
  readonly prefixes: readonly string[];
  /** Give this back to continue; absent on the last page. Opaque; safe to keep between invocations. */
  readonly cursor?: string;
}

export interface UploadedPart {
  readonly number: number;
  readonly size: number;
  readonly etag?: string;
}

/** What an upload in parts becomes. */
export interface UploadOptions extends CallOptions {
  readonly type?: string;
  /** As in {@link SignIntent}; ignored where `can.keepsMetadata` is false. Give it to `create` and to `complete`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** `cache-control` and the other `content-*` that browsers are told. The disk keeps none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A part to join. */
export interface ChosenPart {
  readonly number: number;
  readonly etag?: string;
  /** Base64, when its upload was begun with `checksum`. */
  readonly checksumCrc32?: string;
}

/**
 * Uploads in parts, the same contract for S3 parts, Azure blocks, GCS and disk. Parts are sent by
 * clients through {@link Bucket.sign} with `part`.
 */
export interface Multipart {
  /** Smallest and largest part in bytes (the last may be smaller), and the most parts. */
  readonly limits: {
    readonly minPart: number;
    readonly maxPart: number;
    readonly maxParts: number;
  };
  /** `checksum`: each part will come with its CRC-32. Ignored where `can.signsCrc32` is false. */
  create(
    key: ObjectKey,
    options?: UploadOptions & { readonly checksum?: "crc32" },
  ): Promise<string>;
  /** The parts that have arrived, by number. Throws `not-found` for an unknown upload where the store can tell. */
  parts(key: ObjectKey, uploadId: string, options?: CallOptions): Promise<readonly UploadedPart[]>;
  /**
   * Throws `invalid-request` when a part is missing, its etag differs, or one is too small, and
   * `precondition-failed` with `ifAbsent` when an object has this key already.
   */
  complete(
    key: ObjectKey,
    uploadId: string,
    parts: readonly ChosenPart[],
    options?: UploadOptions & { readonly ifAbsent?: boolean },
  ): Promise<ObjectStat>;
  /** Aborting what is not there succeeds. */
  abort(key: ObjectKey, uploadId: string, options?: CallOptions): Promise<void>;
}

/** What differs between stores in a way that changes a decision; the conformance suite holds each to it. */
export interface Capabilities {
  /** A signed PUT can bind a length, a SHA-256, a content type, and "only when absent". */
  readonly signsLength: boolean;
  readonly signsChecksum: boolean;
  readonly signsContentType: boolean;
  /** A signed PUT or part can bind a CRC-32. An MD5 is taken by every store. */
  readonly signsCrc32: boolean;
  /** Objects carry the user's own metadata. */
  readonly keepsMetadata: boolean;
  readonly signsIfNoneMatch: boolean;
  readonly versions: boolean;
}

/**
 * One bucket, container or folder. Keys arrive already parsed. Failures are thrown as `StorageError`,
 * never as an SDK's own error and never as `null`; `AbortSignal`s reach the wire.
 */
export interface Bucket {
  readonly name: string;
  readonly can: Capabilities;
  readonly multipart: Multipart;
  /** Throws `not-found`. */
  stat(
    key: ObjectKey,
    options?: CallOptions & { readonly versionId?: string },
  ): Promise<ObjectStat>;
  /** Throws `not-found`, `range-not-satisfiable`, `precondition-failed`. The caller drains or cancels `body`. */
  read(key: ObjectKey, options?: ReadOptions): Promise<ReadResult>;
  /** Replaces what was there, all or nothing: a failed or aborted write leaves the old object. */
  write(
    key: ObjectKey,
    body: ReadableStream<Uint8Array> | Uint8Array,
    options?: WriteOptions,
  ): Promise<ObjectStat>;
  /** Removing what is not there succeeds. */
  remove(key: ObjectKey, options?: RemoveOptions): Promise<void>;
  /** Copies inside the store, without the bytes passing through here. Throws `not-found`. */
  copy(
    key: ObjectKey,
    to: { readonly bucket: string; readonly key: ObjectKey },
    options?: CallOptions,
  ): Promise<ObjectStat>;
  /** Absent where the store makes no copies of one chosen version, or none in parts. */
  readonly storeCopy?: StoreCopy;
  /** Absent where the store fetches nothing from other stores. */
  readonly urlCopy?: UrlCopy;
  /** A prefix that matches nothing gives one empty page. Throws `no-bucket`. */
  list(options?: ListOptions): Promise<Page>;
  /**
   * Signs without looking whether the object exists. Answers at once, without a promise, while
   * credentials and region are at hand: bulk signing depends on it.
   * Throws `unsupported` for what `can` rules out, `credentials` when there is nothing to sign with.
   */
  sign(intent: SignIntent): SignedRequest | Promise<SignedRequest>;
}

/** An account at a store: endpoint and credentials. Opening one does no I/O. */
export interface Provider {
  readonly kind: ProviderKind;
  bucket(name: string): Bucket;
  /** Where `sign` points for this bucket, so that https links into it are recognised. No trailing slash. */
  origins(bucket: string): readonly string[];
}
