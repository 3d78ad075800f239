import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ProviderContext, S3Config } from "@remote-storage/core/storage/provider-config.ts";
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

/** A HEAD that nobody answers must not hold up the request that waits for it, least where a guess will do. */
const PATIENCE = { aws: 10_000, other: 2000 };

/** Milliseconds until a store that could not be asked is asked again. */
const PAUSE = 60_000;

interface Learned {
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/**
 * A configured region, or one in the endpoint's host, holds for every bucket. Without one the store is
 * asked once per bucket, without credentials: AWS and MinIO tell the region in every answer, refusals
 * included. Where AWS does not, there is no way to go on. Other stores are then taken to be in
 * `us-east-1`, what they take for granted themselves, until one says otherwise.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
export function createRegions(
  config: S3Config,
  { fetch, now }: Pick<ProviderContext, "fetch" | "now">,
): Regions {
  const fixed = config.region ?? regionOfHost(config.endpoint);
  const aws = isAws(config.endpoint);
  const learned = new Map<string, Learned>();
  const asked = new Map<string, Promise<string>>();

  function learn(bucket: string, region: string, until = Infinity): string {
    learned.set(bucket, { region, until });
    return region;
  }

  async function discover(bucket: string): Promise<string> {
    const place = { provider: "minio", operation: "discover the region", bucket };
    const signal = AbortSignal.timeout(aws ? PATIENCE.aws : PATIENCE.other);
    const url = `${config.endpoint.origin}/${encodeComponent(bucket)}`;
    let response: Response;
    try {
      response = await fetch(url, { method: "HEAD", redirect: "manual", signal });
    } catch (cause) {
      if (!aws) return learn(bucket, DEFAULT_REGION, now().getTime() + PAUSE);
      const message = "the bucket's region cannot be found";
      throw new StorageError("unavailable", message, place, cause);
    }
    const region = response.headers.get("x-amz-bucket-region");
    if (region !== null && /^[\w-]+$/.test(region)) return learn(bucket, region);
    if (!aws) return learn(bucket, DEFAULT_REGION);
    throw response.status === 404
      ? new StorageError("no-bucket", `there is no bucket ${bucket}`, place)
      : new StorageError("unavailable", "the store does not tell the bucket's region", place);
  }

  function known(bucket: string): string | undefined {
    if (fixed !== undefined) return fixed;
    const found = learned.get(bucket);
    return found !== undefined && now().getTime() < found.until ? found.region : undefined;
  }

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
      learn(bucket, region);
      return true;
    },
  };
}
