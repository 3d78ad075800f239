import type { CallOptions } from "@remote-storage/core/storage/provider.ts";
import type { Description, PageOptions, Slice } from "./source.ts";
import type { Sums } from "./sums.ts";

/** One object of the side that is written, as its listing tells. */
export interface TargetObject {
  /** Without the target's prefix. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** As in the `ETag` header, quotes included. */
  readonly etag: string;
}

/** An object in the target, looked at closely. */
export interface Looked {
  readonly size: number;
  readonly etag: string;
  /** The store's own checksums, as far as it keeps any that can be compared. */
  readonly sums: Sums;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a store has answered to bytes that it was given together with their checksum. */
interface Stored {
  /** As in the `ETag` header, quotes included. */
  readonly etag: string;
  /**
   * Which checksum proves the bytes: the store was given it in the request, which it refuses on another
   * sum, and where it says one in its answer, it is the same.
   */
  readonly proof: Proof;
}

/** Those after the first two are told by stores that copy by themselves. */
export const PROOFS = ["crc32", "md5", "crc32c", "crc64nvme", "sha1", "sha256"] as const;

export type Proof = (typeof PROOFS)[number];

interface SendOptions extends CallOptions {
  /** The bytes go out now: nothing before has refused them. */
  readonly onSend?: () => void;
}

interface PutOptions extends SendOptions {
  /** Whether another object may lie under the key and be replaced. */
  readonly replace: boolean;
}

/** A part that has arrived. */
export interface SentPart {
  /** From 1. */
  readonly number: number;
  readonly etag: string;
  readonly crc32: number;
  readonly proof: Proof;
}

export interface TargetMultipart {
  /** Bytes of a part and their number, as the store limits them. */
  readonly limits: {
    readonly minPart: number;
    readonly maxPart: number;
    readonly maxParts: number;
  };
  /** Answers with the upload's id. */
  create(key: string, description: Description, options: CallOptions): Promise<string>;
  put(
    key: string,
    uploadId: string,
    number: number,
    bytes: Uint8Array,
    crc32: number,
    options: SendOptions,
  ): Promise<SentPart>;
  /** The numbers of the parts that the store holds. Throws `not-found` for an upload it no longer knows. */
  arrived(key: string, uploadId: string, options: CallOptions): Promise<ReadonlySet<number>>;
  complete(
    key: string,
    uploadId: string,
    parts: readonly SentPart[],
    description: Description,
    options: PutOptions,
  ): Promise<Pick<Stored, "etag">>;
  abort(key: string, uploadId: string, options: CallOptions): Promise<void>;
}

/**
 * The side that is written: a prefix of a bucket. Every call is one attempt and throws StorageError:
 * `precondition-failed` when something lies there without `replace`, `checksum-mismatch` when
 * the bytes arrived as others. Whoever calls tries again.
 */
export interface Target {
  /** For people, and for the journal to know it again: a link, never with a secret. */
  readonly name: string;
  /** Throws StorageError `no-bucket` when there is nothing to write to. In UTF-8 byte order. */
  pages(options: PageOptions): AsyncIterable<readonly TargetObject[]>;
  look(key: string, options: CallOptions): Promise<Looked | undefined>;
  /** Bytes of the object of that etag, where no checksum of the store tells what they are. */
  read(object: TargetObject, slice: Slice, options: CallOptions): Uint8Array | Promise<Uint8Array>;
  put(
    key: string,
    bytes: Uint8Array,
    crc32: number,
    description: Description,
    options: PutOptions,
  ): Promise<Stored>;
  readonly multipart: TargetMultipart;
}
