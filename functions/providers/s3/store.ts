import type { S3 } from "@aws-sdk/client-s3";
import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import type { Connect } from "./client.ts";
import { isPathStyle, regionalOrigin } from "./endpoint.ts";
import { namedRegion, toStorageError } from "./errors.ts";
import type { Regions } from "./region.ts";

/** What every call on an object or a listing is about. */
export interface Call {
  readonly operation: string;
  readonly key?: ObjectKey;
  readonly signal?: AbortSignal | undefined;
}

/** One bucket as the SDK reaches it. */
export interface Store {
  readonly bucket: string;
  /**
   * Runs SDK calls against the bucket's own region. Throws the signal's reason once it is aborted,
   * else nothing but `StorageError`. `work` runs again when the store turns out to be elsewhere, so it must
   * not use up what it sends.
   */
  run<T>(call: Call, work: (s3: S3, http: { abortSignal?: AbortSignal }) => Promise<T>): Promise<T>;
  /** The same for another bucket of the account. */
  at(bucket: string): Store;
  fail(call: Call, kind: ErrorKind, message: string): StorageError;
  /** Names the place and sorts the failure; an abort is the signal's reason. */
  failure(call: Call, error: unknown): unknown;
}

export interface Account {
  readonly config: S3Config;
  readonly regions: Regions;
  readonly connect: Connect;
}

export function createStore(account: Account, bucket: string): Store {
  const { config, regions, connect } = account;
  const pathStyle = isPathStyle(config, config.endpoint, bucket);
  const placeOf = ({ operation, key }: Call) => ({
    provider: "minio",
    operation,
    bucket,
    ...(key !== undefined && { key }),
  });
  const failure = (call: Call, error: unknown): unknown =>
    call.signal?.aborted === true ? call.signal.reason : toStorageError(error, placeOf(call));

  async function attempt<T>(
    { signal }: Call,
    work: (s3: S3, http: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const region = await regions.of(bucket);
    const s3 = await connect({
      origin: regionalOrigin(config.endpoint, region),
      region,
      pathStyle,
    });
    return work(s3, signal === undefined ? {} : { abortSignal: signal });
  }

  return {
    bucket,
    at: (other) => createStore(account, other),
    fail: (call, kind, message) => new StorageError(kind, message, placeOf(call)),
    failure,
    async run(call, work) {
      call.signal?.throwIfAborted();
      try {
        return await attempt(call, work).catch((error: unknown) => {
          const region = namedRegion(error);
          if (region === undefined || !regions.learn(bucket, region)) throw error;
          return attempt(call, work);
        });
      } catch (error) {
        throw failure(call, error);
      }
    },
  };
}
