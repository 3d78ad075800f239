import type { CacheName, Caches, CacheStats } from "@remote-storage/core/caches/caches.ts";
import type { Log } from "@remote-storage/core/log.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import type { CacheStore } from "./cache-store.ts";
import { createCounters, type Counters } from "./counters.ts";
import { createOriginalCache } from "./original-cache.ts";
import { createResultCache } from "./result-cache.ts";

export interface CachesOptions {
  readonly settings: Settings["caches"];
  readonly stores: Readonly<Record<CacheName, CacheStore>>;
  readonly now: () => Date;
  /** 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
}

/** The three caches over their stores. */
export function openCaches(
  options: CachesOptions,
): Caches & { /** Once nothing is checked in the background. */ settled(): Promise<void> } {
  const { settings, stores, random, log } = options;
  const now = () => options.now().getTime();
  const counters: Readonly<Record<CacheName, Counters>> = {
    previews: createCounters(),
    storage: createCounters(),
    "image-converter": createCounters(),
  };
  const expires: Readonly<Record<CacheName, number>> = {
    previews: settings.previews.expires,
    storage: settings.storage.expires,
    "image-converter": settings.imageConverter.expires,
  };
  const parts = (name: CacheName) => ({
    store: stores[name],
    counters: counters[name],
    expires: expires[name] * 1000,
    now,
    random,
    log,
  });
  const storage = createOriginalCache({ ...parts("storage"), revalidate: settings.revalidate });
  const previews = createResultCache(parts("previews"));
  const imageConverter = createResultCache(parts("image-converter"));
  const memories = { storage, previews, "image-converter": imageConverter };

  async function stats(name: CacheName): Promise<CacheStats> {
    const { entries, size, limit, evictions } = await stores[name].stats();
    return { entries, size, limit, expires: expires[name], evictions, ...counters[name] };
  }

  return {
    storage,
    previews,
    imageConverter,
    async stats() {
      const [first, second, third] = await Promise.all([
        stats("previews"),
        stats("storage"),
        stats("image-converter"),
      ]);
      return { previews: first, storage: second, "image-converter": third };
    },
    purge(name, scope) {
      memories[name].purge(scope);
      return stores[name].purge(scope);
    },
    settled: () => storage.settled(),
  };
}
