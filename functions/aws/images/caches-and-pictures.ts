import { availableParallelism } from "node:os";
import { openBucketCaches } from "../../cache/open-bucket-caches.ts";
import { openCacheBucket } from "../../cache-bucket.ts";
import { defaultLimits } from "../../images/limits.ts";
import { openPictures } from "../../images/open-pictures.ts";
import type { Extend } from "../open-service.ts";

/** Caches in the bucket that `CACHE_BUCKET` names, and pictures. */
export const openCachesAndPictures: Extend = async (settings, { env, now, fetch, log }) => {
  const bucket = await openCacheBucket(settings, env, { now, fetch });
  return {
    ...openBucketCaches(bucket, settings.caches, { now, log }),
    pictures: openPictures(defaultLimits(availableParallelism())),
  };
};
