import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { ObjectStat, WriteOptions } from "@remote-storage/core/storage/provider.ts";
import { complete, type Conditions, type SentPart, type Upload } from "./complete.ts";
import { confirm, withIfMatch } from "./if-match.ts";
import { contentType, stat } from "./stat.ts";
import type { Call, Store } from "./store.ts";

/** S3's own limits. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_PARTS = 10_000;

/**
 * One object made of parts, all or nothing: when `send` or the last step fails the upload is
 * aborted, and what was there before stays.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export async function inParts(
  store: Store,
  call: Call,
  key: ObjectKey,
  { type, ifAbsent, ifMatch }: Pick<WriteOptions, "type" | "ifAbsent" | "ifMatch">,
  send: (upload: Upload) => Promise<readonly SentPart[]>,
): Promise<ObjectStat> {
  const object = { Bucket: store.bucket, Key: key };
  // The last step refuses too, but only after all bytes have been sent, and not on every store.
  if (ifAbsent === true) await refuseExisting(store, call, key);
  if (ifMatch !== undefined) await confirm(store, { ...call, key }, ifMatch);
  const { UploadId } = await store.run(call, (s3, http) =>
    s3.createMultipartUpload({ ...object, ContentType: contentType(type) }, http),
  );
  const upload = { ...object, UploadId };
  try {
    const parts = await send(upload);
    const finish = (conditions: Conditions) => complete(store, call, upload, parts, conditions);
    return ifMatch === undefined
      ? await finish(ifAbsent === true ? { IfNoneMatch: "*" } : {})
      : await withIfMatch(store, { ...call, key }, ifMatch, finish);
  } catch (error) {
    // Without the signal, since what was aborted must be cleared away all the same. Should that fail
    // too, the first failure is the one to tell; the bucket's lifecycle rule clears the rest.
    await Promise.allSettled([
      store.run({ operation: call.operation, key }, (s3) => s3.abortMultipartUpload(upload)),
    ]);
    throw error;
  }
}

async function refuseExisting(store: Store, call: Call, key: ObjectKey): Promise<void> {
  try {
    await stat(store, key, call);
  } catch (error) {
    if (error instanceof StorageError && error.kind === "not-found") return;
    throw error;
  }
  throw store.fail(call, "precondition-failed", "there is an object of this name already");
}
