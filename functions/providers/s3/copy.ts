import { encodeComponent, encodePath } from "@remote-storage/core/signing/uri-encode.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { CallOptions, ObjectStat } from "@remote-storage/core/storage/provider.ts";
import type { SentPart, Upload } from "./complete.ts";
import { stat, toStat } from "./stat.ts";
import type { Call, Store } from "./store.ts";
import { inParts, MAX_PARTS } from "./upload.ts";

const GIB = 1024 ** 3;
/** What one CopyObject takes, and one UploadPartCopy. */
export const MAX_COPY = 5 * GIB;

/** As the header names a source. */
export const toCopySource = (bucket: string, key: ObjectKey): string =>
  `${encodeComponent(bucket)}/${encodePath(key)}`;

interface Source {
  readonly CopySource: string;
  readonly CopySourceIfMatch: string;
}

/**
 * Copies inside the store. The source is looked at first, and the copy is bound to what was seen: it
 * tells how large the object is, and one that changes meanwhile is `precondition-failed`, not a mixture.
 *
 * @param largest bytes that go in one request; larger objects are copied in parts.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export async function copy(
  store: Store,
  key: ObjectKey,
  to: { readonly bucket: string; readonly key: ObjectKey },
  { signal }: CallOptions = {},
  largest = MAX_COPY,
): Promise<ObjectStat> {
  const call = { operation: "copy", key, signal };
  const { size, type, etag } = await stat(store, key, call);
  const target = store.at(to.bucket);
  const source = {
    CopySource: toCopySource(store.bucket, key),
    CopySourceIfMatch: etag,
  };
  if (size > largest) {
    return inParts(target, call, to.key, { type }, (upload) =>
      copyParts(target, call, upload, source, size, largest),
    );
  }
  return target.run(call, async (s3, http) => {
    const object = { Bucket: to.bucket, Key: to.key };
    const { CopyObjectResult, VersionId } = await s3.copyObject({ ...object, ...source }, http);
    return toStat(to.key, { ...CopyObjectResult, ContentType: type, VersionId }, size);
  });
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
async function copyParts(
  target: Store,
  call: Call,
  upload: Upload,
  source: Source,
  size: number,
  largest: number,
): Promise<readonly SentPart[]> {
  const length = Math.max(Math.min(largest, GIB), Math.ceil(size / MAX_PARTS));
  const parts: SentPart[] = [];
  for (let start = 0; start < size; start += length) {
    const PartNumber = parts.length + 1;
    const CopySourceRange = `bytes=${start}-${Math.min(start + length, size) - 1}`;
    const { CopyPartResult } = await target.run(call, (s3, http) =>
      s3.uploadPartCopy({ ...upload, ...source, PartNumber, CopySourceRange }, http),
    );
    parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
  }
  return parts;
}
