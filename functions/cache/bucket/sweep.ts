import type { Bucket, ListedObject } from "@remote-storage/core/storage/provider.ts";
import { forEach, listAll } from "./list-all.ts";

/** Part of the limit that a sweep goes down to, as a disk store does. */
const LOW_WATER = 0.9;

export interface SweepOptions {
  readonly bucket: Bucket;
  /** Of the cache within the bucket, ending in `/`. */
  readonly prefix: string;
  /** Bytes. */
  readonly limit: number;
  /** Seconds that an entry is kept. */
  readonly expires: number;
  readonly now: Date;
}

export interface Swept {
  /** What is left. */
  readonly entries: number;
  readonly bytes: number;
  readonly expired: number;
  readonly evicted: number;
}

/**
 * Brings a cache in a bucket within its size and its time: expired entries first, then the oldest. Stores note no
 * use of objects, so the oldest is the one that was written first. Between two sweeps a cache may be larger than its
 * limit; expired entries are not served meanwhile.
 */
export async function sweep({ bucket, prefix, limit, expires, now }: SweepOptions): Promise<Swept> {
  const gone: ListedObject[] = [];
  const kept: ListedObject[] = [];
  for await (const objects of listAll(bucket, prefix)) {
    for (const object of objects) {
      const age = now.getTime() - object.modified.getTime();
      (age >= expires * 1000 ? gone : kept).push(object);
    }
  }
  const expired = gone.length;
  let bytes = kept.reduce((sum, { size }) => sum + size, 0);
  if (bytes > limit) {
    kept.sort((a, b) => b.modified.getTime() - a.modified.getTime());
    while (bytes > limit * LOW_WATER) {
      const oldest = kept.pop();
      if (oldest === undefined) break;
      bytes -= oldest.size;
      gone.push(oldest);
    }
  }
  await forEach(gone, ({ key }) => bucket.remove(key));
  return { entries: kept.length, bytes, expired, evicted: gone.length - expired };
}
