import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { ObjectStat } from "@remote-storage/core/storage/provider.ts";
import { statusOf } from "./errors.ts";
import type { Call, Store } from "./store.ts";

/** The headers of an object that HEAD and GET answer alike. */
export interface ObjectHeaders {
  readonly ContentLength?: number | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly ContentType?: string | undefined;
  readonly VersionId?: string | undefined;
}

const DEFAULT_TYPE = "application/octet-stream";

/** What S3 itself says of objects that were stored without a type. */
const UNTYPED = new Set(["binary/octet-stream", ""]);

export function contentType(type: string | undefined): string {
  return type === undefined || UNTYPED.has(type) ? DEFAULT_TYPE : type;
}

/** With its quotes, which some stores leave out where the etag stands in XML. */
export function toEtag(text = ""): string {
  return text.startsWith('"') || text.startsWith("W/") ? text : `"${text}"`;
}

export function toStat(key: ObjectKey, headers: ObjectHeaders, size?: number): ObjectStat {
  const version = headers.VersionId;
  return {
    key,
    size: size ?? headers.ContentLength ?? 0,
    etag: toEtag(headers.ETag),
    modified: headers.LastModified ?? new Date(0),
    type: contentType(headers.ContentType),
    // What objects written before versioning, or without it, are called.
    ...(version !== undefined && version !== "null" && { versionId: version }),
  };
}

/** Refusals that have several reasons. */
const UNEXPLAINED = new Set([400, 403]);

/**
 * A HEAD's refusal has no body to tell its reason: the credentials, the key, or a policy. So the
 * same is asked with a GET of one byte, whose error is thrown instead.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export async function stat(
  store: Store,
  key: ObjectKey,
  call: Omit<Call, "key">,
  versionId?: string,
): Promise<ObjectStat> {
  const object = {
    Bucket: store.bucket,
    Key: key,
    ...(versionId !== undefined && { VersionId: versionId }),
  };
  return store.run({ ...call, key }, async (s3, http) => {
    try {
      return toStat(key, await s3.headObject(object, http));
    } catch (error) {
      if (!UNEXPLAINED.has(statusOf(error) ?? 0)) throw error;
      await s3.getObject({ ...object, Range: "bytes=0-0" }, http);
      throw error;
    }
  });
}
