import type { CallOptions } from "@remote-storage/core/storage/provider.ts";

/** An object of a side, under the name that it has on both. */
export interface Entry {
  /** Without the side's prefix. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** What changes whenever the bytes do: an etag, or what a file system keeps. */
  readonly version: string;
  /** What the store says of the bytes: see {@link ContentTag}. */
  readonly tag?: string;
}

/** One side of a comparison. Nothing is ever written to it. */
export interface Side {
  /** In UTF-8 byte order, as far as the store keeps to it. Throws StorageError. */
  entries(options: CallOptions): AsyncIterable<Entry>;
  find(name: string, options: CallOptions): Promise<Entry | undefined>;
  /**
   * The bytes of this version from an offset on, in one attempt.
   *
   * @throws StorageError, `precondition-failed` when the object is another one by now.
   */
  read(entry: Entry, start: number, options: CallOptions): AsyncIterable<Uint8Array>;
  /** Content type. Throws StorageError. */
  type(entry: Entry, options: CallOptions): Promise<string>;
}
