import type { ObjectStat } from "../storage/provider.ts";
import type { BucketName } from "./services.ts";

/** An object's metadata as JSON (`objectMetadata` of the schemas). */
export function toMetadata(bucket: BucketName, stat: ObjectStat) {
  const { key, size, etag, modified, type, versionId } = stat;
  return {
    bucket,
    key,
    size,
    etag,
    modified: modified.toISOString(),
    type,
    ...(versionId !== undefined && { versionId }),
  };
}
