import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { encodeComponent } from "@remote-storage/core/signing/uri-encode.ts";
import { DEFAULT_REGION, isAws, regionOfHost } from "./endpoint.ts";

/** Which region each bucket is in. */
export interface Regions {
  /** At once when it is known. Throws `no-bucket`, or `unavailable` when it cannot be found out. */
  of(bucket: string): string | Promise<string>;
  /** What is known without asking. */
  known(bucket: string): string | undefined;
  /**
   * Takes a store's word that a bucket is elsewhere. False when that changes nothing: the region is
   * configured, or was this one already.
   */
  learn(bucket: string, region: string): boolean;
}

/** A HEAD that nobody answers must not hold up the request that waits for it. */
const DISCOVERY_MILLISECONDS = 10_000;

/**
 * A configured region, or one in the endpoint's host, holds for every bucket. Without one AWS is
 * asked once per bucket, without credentials: it tells the region in every answer, refusals
 * included. Other stores are taken to be in `us-east-1`, what they take for granted themselves,
 * until one says otherwise.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
export function createRegions(config: S3Config, send: typeof fetch): Regions {
  const fixed = config.region ?? regionOfHost(config.endpoint);
  const learned = new Map<string, string>();
  const asked = new Map<string, Promise<string>>();

  async function discover(bucket: string): Promise<string> {
    const place = { provider: "minio", operation: "discover the region", bucket };
    const signal = AbortSignal.timeout(DISCOVERY_MILLISECONDS);
    const url = `${config.endpoint.origin}/${encodeComponent(bucket)}`;
    const response = await send(url, { method: "HEAD", redirect: "manual", signal }).catch(
      (cause: unknown) => {
        throw new StorageError("unavailable", "the bucket's region cannot be found", place, cause);
      },
    );
    const region = response.headers.get("x-amz-bucket-region");
    if (region === null) {
      throw response.status === 404
        ? new StorageError("no-bucket", `there is no bucket ${bucket}`, place)
        : new StorageError("unavailable", "the store does not tell the bucket's region", place);
    }
    learned.set(bucket, region);
    return region;
  }

  const known = (bucket: string): string | undefined =>
    fixed ?? learned.get(bucket) ?? (isAws(config.endpoint) ? undefined : DEFAULT_REGION);

  return {
    known,
    of(bucket) {
      const region = known(bucket);
      if (region !== undefined) return region;
      const pending = asked.get(bucket);
      if (pending !== undefined) return pending;
      const asking = discover(bucket).finally(() => asked.delete(bucket));
      asked.set(bucket, asking);
      return asking;
    },
    learn(bucket, region) {
      if (fixed !== undefined || known(bucket) === region) return false;
      learned.set(bucket, region);
      return true;
    },
  };
}
