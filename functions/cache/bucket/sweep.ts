import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
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
  /** Ends the sweep early; the next one goes on from there. */
  readonly signal?: AbortSignal | undefined;
}

export interface Swept {
  /** What is left of what was seen. */
  readonly entries: number;
  readonly bytes: number;
  /** What was removed. */
  readonly expired: number;
  readonly evicted: number;
  /** False when it was ended before it was done. */
  readonly complete: boolean;
}

/** What a sweep remembers of an entry: a neglected cache has millions. */
interface Kept {
  readonly key: ObjectKey;
  readonly size: number;
  readonly time: number;
}

/**
 * Brings a cache in a bucket within its size and its time: expired entries as they are found, then the oldest. Stores
 * note no use of objects, so the oldest is the one that was written first. Between two sweeps a cache may be larger
 * than its limit; expired entries are not served meanwhile.
 */
export async function sweep(options: SweepOptions): Promise<Swept> {
  const { bucket, prefix, limit, expires, now, signal } = options;
  const remove = async (keys: readonly ObjectKey[]): Promise<number> => {
    let removed = 0;
    await forEach(until(signal, keys), async (key) => {
      await bucket.remove(key);
      removed += 1;
    });
    return removed;
  };
  const kept: Kept[] = [];
  let expired = 0;
  for await (const objects of listAll(bucket, prefix)) {
    const gone: ObjectKey[] = [];
    for (const { key, size, modified } of objects) {
      const time = modified.getTime();
      if (now.getTime() - time >= expires * 1000) gone.push(key);
      else kept.push({ key, size, time });
    }
    expired += await remove(gone);
    if (signal?.aborted) break;
  }
  let bytes = kept.reduce((sum, { size }) => sum + size, 0);
  const gone: ObjectKey[] = [];
  if (bytes > limit) {
    kept.sort((a, b) => b.time - a.time);
    while (bytes > limit * LOW_WATER) {
      const oldest = kept.pop();
      if (oldest === undefined) break;
      bytes -= oldest.size;
      gone.push(oldest.key);
    }
  }
  const evicted = await remove(gone);
  return { entries: kept.length, bytes, expired, evicted, complete: !signal?.aborted };
}

function* until<Value>(
  signal: AbortSignal | undefined,
  values: Iterable<Value>,
): Generator<Value, void> {
  for (const value of values) {
    if (signal?.aborted) return;
    yield value;
  }
}
