import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import { toStorageError } from "./failures.ts";
import type { FilePlace } from "./files.ts";
import { checkBucketName } from "./layout.ts";

/** Runs one operation on a bucket: every failure leaves it as a StorageError that names the place. */
export type Operate = <T>(
  operation: string,
  key: ObjectKey,
  options: { readonly signal?: AbortSignal; readonly versionId?: string } | undefined,
  run: (place: FilePlace) => T | Promise<T>,
) => Promise<T>;

export function createOperate(bucket: string): Operate {
  return async (operation, key, options, run) => {
    const place = { provider: "http", operation, bucket, key };
    try {
      options?.signal?.throwIfAborted();
      checkBucketName(place);
      if (options?.versionId !== undefined) {
        throw new StorageError("unsupported", "the local disk keeps no versions", place);
      }
      return await run(place);
    } catch (error) {
      throw toStorageError(error, place, options?.signal);
    }
  };
}

/** Throws `invalid-request` for a content type that could not be sent as a header later. */
export function checkType(type: string | undefined, place: FilePlace): void {
  if (type === undefined || /^[\x20-\x7e]+$/.test(type)) return;
  throw new StorageError("invalid-request", "the content type is not printable ASCII", place);
}
