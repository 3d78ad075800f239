import { createHash } from "node:crypto";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { ObjectStat } from "@remote-storage/core/storage/provider.ts";
import { stat, toEtag } from "./stat.ts";
import type { Call, Store } from "./store.ts";

/** What the SDK's part calls share. */
export interface Upload {
  readonly Bucket: string;
  readonly Key: ObjectKey;
  readonly UploadId: string | undefined;
}

/** On what the last step depends. */
export interface Conditions {
  readonly IfNoneMatch?: "*";
  readonly IfMatch?: string;
}

export interface SentPart {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  readonly ChecksumCRC32?: string | undefined;
}

/**
 * Makes the parts one object. A reply that is lost after the store has done so makes the SDK ask
 * again, and the store then knows the upload no more: the object's etag tells that it was this one.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export async function complete(
  store: Store,
  call: Call,
  upload: Upload,
  parts: readonly SentPart[],
  conditions: Conditions = {},
): Promise<ObjectStat> {
  try {
    await store.run(call, (s3, http) =>
      s3.completeMultipartUpload(
        {
          ...upload,
          MultipartUpload: { Parts: [...parts] },
          ...conditions,
        },
        http,
      ),
    );
  } catch (error) {
    if (!(error instanceof StorageError) || error.kind !== "not-found") throw error;
    const [found] = await Promise.allSettled([stat(store, upload.Key, call)]);
    if (found.status === "fulfilled" && found.value.etag === etagOf(parts)) return found.value;
    throw error;
  }
  return stat(store, upload.Key, call);
}

/** The MD5 of the parts' MD5s, and how many there are: not documented by AWS, but so on every store. */
function etagOf(parts: readonly SentPart[]): string {
  const sums = parts.map(({ ETag = "" }) => Buffer.from(ETag.replaceAll('"', ""), "hex"));
  const sum = createHash("md5").update(Buffer.concat(sums)).digest("hex");
  return toEtag(`${sum}-${parts.length}`);
}
