import type { ProviderContext, S3Config } from "@remote-storage/core/storage/provider-config.ts";
import type { Bucket, Provider } from "@remote-storage/core/storage/provider.ts";
import { createConnect } from "./client.ts";
import { copy } from "./copy.ts";
import { credentialSource } from "./credential-source.ts";
import { addresses } from "./endpoint.ts";
import { list } from "./list.ts";
import { createMultipart } from "./multipart.ts";
import { read } from "./read.ts";
import { createRegions } from "./region.ts";
import { remove } from "./remove.ts";
import { createSign } from "./sign.ts";
import { stat } from "./stat.ts";
import { createStore } from "./store.ts";
import { createStoreCopy } from "./store-copy.ts";
import { write } from "./write.ts";

/**
 * AWS S3 and every store that speaks its protocol. Opening does no I/O and loads no SDK: that happens
 * at the first call which needs one, and signing with keys and a known region never does.
 */
export function openS3(config: S3Config, context: ProviderContext): Provider {
  const source = credentialSource(config, context);
  const regions = createRegions(config, context);
  const account = { config, regions, connect: createConnect(source) };

  function openBucket(name: string): Bucket {
    const store = createStore(account, name);
    return {
      name,
      can: {
        signsLength: true,
        signsChecksum: true,
        signsContentType: true,
        signsCrc32: true,
        keepsMetadata: true,
        signsIfNoneMatch: true,
        versions: true,
      },
      multipart: createMultipart(store),
      stat: (key, { versionId, signal } = {}) =>
        stat(store, key, { operation: "stat", signal }, versionId),
      read: (key, options) => read(store, key, options),
      write: (key, body, options) => write(store, context.now, key, body, options),
      remove: (key, options) => remove(store, key, options),
      copy: (key, to, options) => copy(store, key, to, options),
      storeCopy: createStoreCopy(store, config),
      list: (options) => list(store, options),
      sign: createSign(config, context, source, regions, name),
    };
  }

  return {
    kind: "minio",
    bucket: openBucket,
    origins: (bucket) => addresses(config, bucket, regions.known(bucket)),
  };
}
