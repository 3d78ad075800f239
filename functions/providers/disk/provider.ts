import type { DiskConfig, ProviderContext } from "@remote-storage/core/storage/provider-config.ts";
import type { Provider } from "@remote-storage/core/storage/provider.ts";
import { encodeComponent } from "@remote-storage/core/signing/uri-encode.ts";
import { openBucket } from "./bucket.ts";
import { openStore } from "./store.ts";

/**
 * The local disk: buckets are folders below `DATA_PATH/storage`, a file's path is its key. Signed
 * requests go to this service's own S3 endpoint. Does no I/O until a bucket is used; a bucket's
 * folder is made by its first write.
 *
 * On a file system that does not tell upper from lower case (macOS, Windows) keys that differ only so
 * are one object.
 */
export function openDisk(config: DiskConfig, context: ProviderContext): Provider {
  const store = openStore(config.dataPath, context.now);
  return {
    kind: "http",
    bucket: (name) => openBucket(name, store, config, context),
    origins: (bucket) => [`${config.publicOrigin()}/${encodeComponent(bucket)}`],
  };
}
