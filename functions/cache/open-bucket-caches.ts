import type { CacheName, Caches } from "@remote-storage/core/caches/caches.ts";
import type { Log } from "@remote-storage/core/log.ts";
import type { CacheSettings, Settings } from "@remote-storage/core/settings/settings.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { openBucketStore } from "./bucket/bucket-store.ts";
import { sweep, type Swept } from "./bucket/sweep.ts";
import { openCaches } from "./open-caches.ts";

/** Caches whose host may be put to sleep at any time. */
export interface BucketCaches {
  readonly caches: Caches;
  /**
   * Resolves once nothing is under way that nobody waits for, neither a check of an original nor an entry on its way
   * into the bucket: before an invocation ends.
   */
  readonly settled: () => Promise<void>;
}

const PREFIXES: Readonly<Record<CacheName, string>> = {
  previews: "previews/",
  storage: "storage/",
  "image-converter": "image-converter/",
};

/** The three caches in one bucket or container. */
export function openBucketCaches(
  bucket: Bucket,
  settings: Settings["caches"],
  { now, log }: { readonly now: () => Date; readonly log: Log },
): BucketCaches {
  const open = (name: CacheName, { size: limit }: CacheSettings) =>
    openBucketStore({ bucket, prefix: PREFIXES[name], limit, now: () => now().getTime(), log });
  const stores = {
    previews: open("previews", settings.previews),
    storage: open("storage", settings.storage),
    "image-converter": open("image-converter", settings.imageConverter),
  };
  const caches = openCaches({ settings, stores, now, random: Math.random, log });
  return {
    caches,
    async settled() {
      // A check may end with a new version, which then is on its way.
      await caches.settled();
      await Promise.all(Object.values(stores).map((store) => store.settled()));
    },
  };
}

/**
 * Brings the three caches of a bucket within their sizes and times; for a schedule.
 *
 * @param signal ends it early; what was removed until then is told.
 */
export async function sweepBucketCaches(
  bucket: Bucket,
  settings: Settings["caches"],
  now: Date,
  signal?: AbortSignal,
): Promise<Readonly<Record<CacheName, Swept>>> {
  const sweepOne = (name: CacheName, { size: limit, expires }: CacheSettings) =>
    sweep({ bucket, prefix: PREFIXES[name], limit, expires, now, signal });
  const [previews, storage, imageConverter] = await Promise.all([
    sweepOne("previews", settings.previews),
    sweepOne("storage", settings.storage),
    sweepOne("image-converter", settings.imageConverter),
  ]);
  return { previews, storage, "image-converter": imageConverter };
}
