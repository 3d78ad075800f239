import { silentLog } from "@remote-storage/core/log.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { type BucketStore, openBucketStore } from "../../functions/cache/bucket/bucket-store.ts";
import { openDisk } from "../../functions/providers/disk/provider.ts";
import { headerOf, keyOf } from "./keys.ts";
import { type Clock, temporaryFolder } from "./stage.ts";

export const MIB = 1024 * 1024;

/** A real bucket: a folder of the disk provider. */
export function openBucket(): Bucket {
  const config = {
    kind: "http",
    dataPath: temporaryFolder(),
    keys: { type: "keys", accessKey: "a", secretKey: "s" },
    region: "us-east-1",
    publicOrigin: () => "http://localhost",
  } as const;
  const policy = { maxExpires: 3600, window: 0 };
  return openDisk(config, { now: () => new Date(), policy, fetch }).bucket("cache");
}

export function open(bucket: Bucket, clock: Clock, limit = 10 * MIB): BucketStore {
  return openBucketStore({ bucket, prefix: "previews/", limit, now: clock.now, log: silentLog });
}

export async function put(
  store: BucketStore,
  name: string,
  body: Uint8Array | string,
  clock: Clock,
) {
  const bytes = Buffer.from(body);
  const header = headerOf(keyOf(name), bytes.length, clock, { headers: { "x-a": "b" } });
  const kept = await store.put(header, ReadableStream.from([bytes]));
  await store.settled();
  return kept;
}
