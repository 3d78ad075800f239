import type { ObjectKey } from "../storage/key.ts";
import type { Bucket } from "../storage/provider.ts";
import type { Caches } from "./caches.ts";

/**
 * An own bucket whose changes the storage cache is told of, so that what this service deletes or writes is not served
 * from it any more. What clients write by signed URLs is noticed when it is checked.
 */
export function forgetChanged(bucket: Bucket, { storage }: Caches): Bucket {
  const forget = (name: string, key: ObjectKey) =>
    storage.forget({ provider: "fs", bucket: name, key });
  return {
    ...bucket,
    async write(key, body, options) {
      const stat = await bucket.write(key, body, options);
      await forget(bucket.name, key);
      return stat;
    },
    async remove(key, options) {
      await bucket.remove(key, options);
      await forget(bucket.name, key);
    },
    async copy(key, to, options) {
      const stat = await bucket.copy(key, to, options);
      await forget(to.bucket, to.key);
      return stat;
    },
    multipart: {
      ...bucket.multipart,
      async complete(key, uploadId, parts, options) {
        const stat = await bucket.multipart.complete(key, uploadId, parts, options);
        await forget(bucket.name, key);
        return stat;
      },
    },
  };
}
