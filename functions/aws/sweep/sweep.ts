import { readFileSync } from "node:fs";
import { describeError } from "@remote-storage/core/http/describe-error.ts";
import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import type { Context } from "aws-lambda";
import { sweepBucketCaches } from "../../cache/open-bucket-caches.ts";
import { openCacheBucket } from "../../cache-bucket.ts";
import { createLog } from "../log.ts";
import type { Definition } from "../open-service.ts";

/** Milliseconds before the function's own end at which a sweep stops. */
const RESERVE = 10_000;

/** Called by a schedule; the event says nothing. */
export type SweepHandler = (
  event: unknown,
  context: Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">,
) => Promise<void>;

/**
 * Sweeps the caches, and says of each what was removed and what is left, whatever `LOG_LEVEL` says: it is
 * one line in an hour. A sweep that has no time left fails, so that the alarm rings; the next one goes on.
 *
 * @throws SettingsError; StorageError when the bucket fails.
 */
export function createSweep({
  env,
  write,
  now,
  fetch,
}: Omit<Definition, "service" | "routes">): SweepHandler {
  return async (_event, { awsRequestId, getRemainingTimeInMillis }) => {
    const log = createLog(write, now, () => ({ awsRequestId }))("info");
    const settings = parseSettings(env, (path) => readFileSync(path, "utf8"));
    const bucket = await openCacheBucket(settings, env, { now, fetch });
    const left = getRemainingTimeInMillis() - RESERVE;
    const over = left > 0 ? AbortSignal.timeout(left) : AbortSignal.abort();
    const swept = await sweepBucketCaches(bucket, settings.caches, now(), over).catch(
      (error: unknown) => {
        log.error({ bucket: bucket.name, error: describeError(error) }, "the sweep has failed");
        throw error;
      },
    );
    for (const [cache, result] of Object.entries(swept)) log.info({ cache, ...result }, "swept");
    if (over.aborted) throw new Error("the caches are larger than a sweep has time for");
  };
}
