import type { CallOptions } from "@remote-storage/core/storage/provider.ts";

/** One object of the side that is read. */
export interface SourceObject {
  /** Without the source's prefix: the same text names it in the target. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /**
   * What changes whenever the bytes do: a file's size, modification and change time in nanoseconds and
   * inode, a store's etag. Two reads under one identity are of one version.
   */
  readonly identity: string;
  readonly modified: Date;
}

/** Something that lies in the source and cannot be migrated: told, and never passed over in silence. */
export interface LeftOut {
  readonly key: string;
  readonly reason: string;
}

interface SourcePage {
  /** In UTF-8 byte order, within a page and from one page to the next. */
  readonly objects: readonly SourceObject[];
  readonly leftOut: readonly LeftOut[];
}

/** What travels with an object's bytes. */
export interface Description {
  /** Content type. */
  readonly type: string;
  /** Names in lower case, without a store's own prefix (`x-amz-meta-` and the like). */
  readonly metadata: Readonly<Record<string, string>>;
  /** Of {@link KEPT_HEADERS}, those that the object has. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What browsers are told of an object beside its type: all stores keep these as they are given. */
export const KEPT_HEADERS = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
] as const;

export interface SourcePiece extends Description {
  readonly bytes: Uint8Array;
}

/** Bytes of an object from `start`, `length` of them. */
export interface Slice {
  readonly start: number;
  readonly length: number;
}

export interface PageOptions extends CallOptions {
  /** Asks for a page, and again while it may come later. Default: once. */
  readonly again?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The side that is read: a folder, or a prefix of a bucket. Nothing is ever written to it. */
export interface Source {
  /** For people, and for the journal to know it again: a path or a link, never with a secret. */
  readonly name: string;
  /** Throws StorageError `not-found` or `no-bucket` when the source is not there. */
  pages(options: PageOptions): AsyncIterable<SourcePage>;
  /** One object by its key; `undefined` when there is none. */
  find(key: string, options: CallOptions): Promise<SourceObject | undefined>;
  /**
   * The whole object, or the slice. One attempt: whoever calls tries again.
   *
   * @throws SourceChangedError when the object is not, or not throughout the read, the one that was listed.
   */
  read(
    object: SourceObject,
    slice: Slice | undefined,
    options: CallOptions,
  ): SourcePiece | Promise<SourcePiece>;
}

/** The bytes that were to be migrated are no longer there: another version is, or none. */
export class SourceChangedError extends Error {
  override readonly name = "SourceChangedError";
}
