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
  const left = { entries: 0, bytes: 0 };
  const remove = async (gone: readonly Kept[]): Promise<number> => {
    let removed = 0;
    await forEach(until(signal, gone), async ({ key, size }) => {
      await bucket.remove(key);
      removed += 1;
      left.entries -= 1;
      left.bytes -= size;
    });
    return removed;
  };
  const fresh: Kept[] = [];
  let expired = 0;
  for await (const objects of listAll(bucket, prefix)) {
    const old: Kept[] = [];
    for (const { key, size, modified } of objects) {
      const time = modified.getTime();
      const side = now.getTime() - time >= expires * 1000 ? old : fresh;
      side.push({ key, size, time });
      left.entries += 1;
      left.bytes += size;
    }
    expired += await remove(old);
    if (signal?.aborted) break;
  }
  const evicted = left.bytes > limit ? await remove(oldest(fresh, left.bytes, limit)) : 0;
  return { ...left, expired, evicted, complete: !signal?.aborted };
}

/** Those that have to go for the rest to fit well. */
function oldest(entries: readonly Kept[], bytes: number, limit: number): readonly Kept[] {
  const gone: Kept[] = [];
  let left = bytes;
  for (const entry of entries.toSorted((a, b) => a.time - b.time)) {
    if (left <= limit * LOW_WATER) break;
    gone.push(entry);
    left -= entry.size;
  }
  return gone;
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
