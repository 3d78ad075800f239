import type { PurgeScope, Removed, SourceId } from "@remote-storage/core/caches/caches.ts";
import type { Offsets } from "@remote-storage/core/http/range.ts";

/** What an entry is filed under. */
export interface EntryKey {
  /** The same text for the same thing, and for nothing else. Compared in full when an entry is read. */
  readonly text: string;
  /** Whose object: what purges go by. */
  readonly place: Pick<SourceId, "provider" | "bucket" | "key">;
}

/** What is kept beside a body. Times in milliseconds since 1970. */
export interface EntryHeader {
  readonly key: EntryKey;
  /** Bytes of the body. */
  readonly size: number;
  /** Bytes of the original, when its bytes are kept in slices instead of in this body. */
  readonly total?: number;
  readonly created: number;
  /** From then on it is no longer there. */
  readonly expires: number;
  /** When the store last said that this is the object's current version. */
  readonly confirmed: number;
  readonly type: string;
  readonly etag: string;
  readonly modified?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Bytes: a stream where they have to be fetched, else what is in memory. */
export type Body = ReadableStream<Uint8Array> | Uint8Array;

/** An entry. Holds nothing open; each read takes its own lease and gives it back at its end. */
export interface Entry {
  readonly header: EntryHeader;
  /** Throws `LostEntryError` (the stream as well) when the entry cannot be read to its end. */
  read(range?: Offsets): Promise<Body>;
  bytes(range?: Offsets): Promise<Uint8Array>;
}

/** The cache itself failed, not where the bytes come from: they can still be had there. */
export class LostEntryError extends Error {
  override readonly name = "LostEntryError";
}

interface StoreStats {
  readonly entries: number;
  /** Bytes that the store takes up, in the units that it is billed or limited by. */
  readonly size: number;
  readonly limit: number;
  readonly evictions: number;
}

/**
 * Where entries are kept, within a size. No failure of its own leaves it other than as "not there": what
 * cannot be read is a miss, what cannot be kept is not kept.
 */
export interface CacheStore {
  /** Whether `open` would find it, as far as that is known without reading it. */
  has(key: EntryKey): Promise<boolean>;
  open(key: EntryKey): Promise<Entry | undefined>;
  /**
   * Keeps a body under the header's key instead of what was there. `open` finds it at once, while the body
   * still arrives; a body that breaks off or has another length is not kept, and breaks off for its readers
   * too. `false`: there is no room for it, and the body has not been touched.
   */
  put(header: EntryHeader, body: ReadableStream<Uint8Array>): Promise<boolean>;
  /** Notes that the store has confirmed the entry of this etag. */
  confirm(key: EntryKey, etag: string, at: number): Promise<void>;
  remove(key: EntryKey): Promise<void>;
  /** Bodies that are arriving are not kept either. */
  purge(scope: PurgeScope): Promise<Removed>;
  stats(): Promise<StoreStats>;
  /** Ends what runs in the background. */
  close(): Promise<void>;
}
