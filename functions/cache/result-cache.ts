import type {
  CachedResult,
  PurgeScope,
  Result,
  ResultCache,
} from "@remote-storage/core/caches/caches.ts";
import { LostEntryError, type CacheStore, type EntryKey } from "./cache-store.ts";
import type { Counters } from "./counters.ts";
import { resultKey } from "./entry-key.ts";
import { createRefusals } from "./refusals.ts";
import { createSingleFlight } from "./single-flight.ts";

export interface ResultCacheOptions {
  readonly store: CacheStore;
  /** Milliseconds. */
  readonly expires: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly counters: Counters;
}

/** A cache of what is made from originals; `purge` forgets what is not in the store. */
export function createResultCache(
  options: ResultCacheOptions,
): ResultCache & { purge(scope: PurgeScope): void } {
  const { store, expires, now, random, counters } = options;
  const flights = createSingleFlight<CachedResult>();
  const refusals = createRefusals(now, random);
  let generation = 0;

  async function find(key: EntryKey): Promise<CachedResult | undefined> {
    const entry = await store.open(key);
    if (entry === undefined) return undefined;
    try {
      const { type, headers = {}, created } = entry.header;
      const age = Math.max(0, (now() - created) / 1000);
      return { body: await entry.bytes(), type, headers, status: "hit", age, stored: true };
    } catch (error) {
      if (error instanceof LostEntryError) return undefined;
      throw error;
    }
  }

  async function keep(key: EntryKey, etag: string, result: Result): Promise<boolean> {
    const created = now();
    const { body, type, headers } = result;
    const size = body.byteLength;
    const times = { created, confirmed: created, expires: created + expires };
    return store.put({ key, size, ...times, type, etag, headers }, ReadableStream.from([body]));
  }

  return {
    peek: (key) => find(resultKey(key)),
    async get(key, make, { originalSize = 0, remember = () => 0 } = {}) {
      const entryKey = resultKey(key);
      const { text } = entryKey;
      refusals.check(text);
      const { joined, value } = flights.run(text, async () => {
        const begun = generation;
        const found = await find(entryKey);
        if (found !== undefined) return found;
        try {
          const result = await make();
          const stored = begun === generation && (await keep(entryKey, key.etag, result));
          return { ...result, status: "miss", age: 0, stored };
        } catch (error) {
          refusals.remember(text, error, remember(error));
          throw error;
        }
      });
      const result = await value;
      const made = result.status === "miss" && !joined;
      if (made) counters.misses += 1;
      else {
        counters.hits += 1;
        counters.bytesSaved += originalSize;
      }
      return result.status === "miss" && joined ? { ...result, status: "collapsed" } : result;
    },
    purge() {
      generation += 1;
      flights.clear();
      refusals.clear();
    },
  };
}
