import type { ObjectStat, ReadOptions } from "../storage/provider.ts";
import type { Offsets } from "../http/range.ts";

/**
 * Which object, apart from all others and whoever asks: no signature, token or header is part of it.
 * Public links have the provider `http` or `https`, an empty bucket, and the whole URL as key.
 */
export interface SourceId {
  /** The entry's name in remote_links.yml, `fs` for the service's own buckets, or a public scheme. */
  readonly provider: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** An object that the caller may read: rights are checked before a source is made, never by a cache. */
export interface Source extends SourceId {
  /** Seconds after which what is cached is checked; absent: `CACHE_REVALIDATE`. 0: always, before it is served. */
  readonly revalidate?: number;
  /** As `Bucket.read`; throws the same `StorageError`s. */
  read(options: ReadOptions): Promise<OriginalRead>;
}

/** What is known of an original without reading its bytes. */
export type OriginalStat = Pick<ObjectStat, "size" | "etag" | "modified" | "type">;

/** A `ReadResult`, whose `stat` need not name a key: public links have none. */
export type OriginalRead =
  | {
      readonly state: "full" | "partial";
      readonly stat: OriginalStat;
      readonly range?: Offsets;
      readonly body: ReadableStream<Uint8Array>;
    }
  | { readonly state: "unchanged"; readonly etag: string };

/**
 * How a cache answered. `hit`: from the cache; `stale`: too, while it is checked in the background or because
 * the store does not answer; `revalidated`: the store said that it is unchanged; `miss`: read from the store
 * (or made) for this request; `collapsed`: for another request at the same time.
 */
export type CacheStatus = "hit" | "stale" | "revalidated" | "miss" | "collapsed";

/** An original, at one version. Holds nothing open: it may be dropped at any time. */
export interface CachedOriginal {
  readonly id: SourceId;
  readonly stat: OriginalStat;
  readonly status: CacheStatus;
  /** Seconds since the store last confirmed these bytes. */
  readonly age: number;
  /** Whether the cache holds, or is being filled with, all of these bytes: `read` takes none from the store. */
  cached(range?: Offsets): Promise<boolean>;
  /**
   * The bytes, or those of a range within `stat.size`, from the cache or else from the store: always of the
   * version that `stat` names; as a stream, which the caller drains or cancels, unless they are in memory already.
   * Throws `precondition-failed` when that version is no longer to be had: open again.
   */
  read(range?: Offsets): Promise<ReadableStream<Uint8Array> | Uint8Array>;
  /** As `read`, whole in memory. */
  bytes(range?: Offsets): Promise<Uint8Array>;
}

/** The storage cache. One read of the store serves all who ask for an object at the same time. */
export interface OriginalCache {
  /** Drops one object: it has been deleted or written anew. */
  forget(id: SourceId): Promise<void>;
  /**
   * Throws what the store throws (`not-found`, `denied`, `timeout`, …) when nothing is cached.
   * A caller that leaves does not stop the read that fills the cache.
   */
  open(source: Source): Promise<CachedOriginal>;
}

/** What a result was made from and how; together its key. */
export interface ResultKey {
  readonly id: SourceId;
  /** The original's: a new version is a new key. */
  readonly etag: string;
  /** What was done, with all defaults filled in, and the version of the code that does it. */
  readonly operation: Readonly<Record<string, string | number | boolean>>;
}

/** A preview, a converted picture, a set of metadata: small enough for memory. */
export interface Result {
  readonly body: Uint8Array;
  readonly type: string;
  /** Kept with the body, for the answer (`X-Original-Width`). */
  readonly headers: Readonly<Record<string, string>>;
}

export interface CachedResult extends Result {
  readonly status: Exclude<CacheStatus, "stale" | "revalidated">;
  /** Seconds since it was made. */
  readonly age: number;
  readonly stored: boolean;
}

/** The caches of previews and of converted pictures. */
export interface ResultCache {
  /** The cached result, without making anything. */
  peek(key: ResultKey): Promise<CachedResult | undefined>;
  /**
   * The cached result, else what `make` gives: called once for all who ask at the same time. Its error goes to
   * all of them; `remember` says for how many seconds it also answers those who ask later (default 0).
   */
  get(
    key: ResultKey,
    make: () => Promise<Result>,
    options?: {
      /** Bytes of the original that a hit saves the store from sending. */
      readonly originalSize?: number;
      readonly remember?: (error: unknown) => number;
    },
  ): Promise<CachedResult>;
}

export const CACHE_NAMES = ["previews", "storage", "image-converter"] as const;

export type CacheName = (typeof CACHE_NAMES)[number];

/** What a purge takes away; `prefix` within one provider's bucket, literally. */
export type PurgeScope =
  | { readonly all: true }
  | { readonly provider: string; readonly bucket: string; readonly key: string }
  | { readonly provider: string; readonly bucket: string; readonly prefix: string };

export interface Removed {
  readonly entries: number;
  /** Bytes on disk. */
  readonly bytes: number;
}

/** Counters are since the start of the process, sizes in bytes on disk. */
export interface CacheStats {
  readonly entries: number;
  readonly size: number;
  readonly limit: number;
  /** Seconds. */
  readonly expires: number;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  /** Reads of the store that carried bytes. */
  readonly remoteReads: number;
  /** Bytes that the store did not have to send. */
  readonly bytesSaved: number;
}

/** The three caches, as the routes get them. */
export interface Caches {
  readonly storage: OriginalCache;
  readonly previews: ResultCache;
  readonly imageConverter: ResultCache;
  stats(): Promise<Readonly<Record<CacheName, CacheStats>>>;
  purge(name: CacheName, scope: PurgeScope): Promise<Removed>;
}
