import type { ErrorPlace } from "@remote-storage/core/storage/errors.ts";
import { type ObjectKey, parseKey } from "@remote-storage/core/storage/key.ts";
import type { ListedObject, ObjectStat } from "@remote-storage/core/storage/provider.ts";
import { failure } from "./errors.ts";

/**
 * What we ask of an object resource of the JSON API; 64-bit numbers travel as text.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects#resource
 */
export interface ObjectResource {
  readonly name: string;
  readonly size: string;
  readonly updated: string;
  readonly generation: string;
  readonly etag?: string;
  readonly md5Hash?: string;
  readonly kmsKeyName?: string;
  readonly contentType?: string;
}

export const OBJECT_FIELDS = "name,size,updated,generation,etag,md5Hash,kmsKeyName,contentType";

export const DEFAULT_TYPE = "application/octet-stream";

export function toListedObject(resource: ObjectResource, place: ErrorPlace): ListedObject {
  const size = Number(resource.size);
  const modified = new Date(resource.updated);
  if (
    typeof resource.name !== "string" ||
    !Number.isSafeInteger(size) ||
    !(modified.getTime() > 0)
  ) {
    throw failure("unavailable", place, new Error("the answer holds no object resource"));
  }
  return {
    key: parseKey(resource.name),
    size,
    modified,
    etag: etagOf(resource.kmsKeyName ? undefined : resource.md5Hash, resource.etag),
  };
}

export function toStat(resource: ObjectResource, place: ErrorPlace): ObjectStat {
  return {
    ...toListedObject(resource, place),
    type: resource.contentType ?? DEFAULT_TYPE,
    versionId: resource.generation,
  };
}

/** What the headers of a download tell about the whole object, also when the body is a part of it. */
export function toStatOfHeaders(key: ObjectKey, size: number, headers: Headers): ObjectStat {
  const md5 = /(?:^|[\s,])md5=([^,\s]+)/.exec(headers.get("x-goog-hash") ?? "")?.[1];
  const generation = headers.get("x-goog-generation");
  const encrypted = headers.has("x-goog-encryption-kms-key-name");
  return {
    key,
    size,
    etag: etagOf(encrypted ? undefined : md5, headers.get("etag")?.replaceAll('"', "")),
    modified: new Date(headers.get("last-modified") ?? 0),
    type: headers.get("content-type") ?? DEFAULT_TYPE,
    ...(generation !== null && { versionId: generation }),
  };
}

/**
 * The value of the `ETag` header that signed URLs answer with, quotes included: the XML API gives the
 * MD5 in hexadecimal, and a mark with a dash before it for objects composed, uploaded in parts, or
 * encrypted with a key of the customer. The JSON API's own `ETag` headers hold the mark alone.
 *
 * @see https://cloud.google.com/storage/docs/hashes-etags#etags
 */
function etagOf(md5: string | undefined, mark: string | undefined): string {
  return md5 ? `"${Buffer.from(md5, "base64").toString("hex")}"` : `"-${mark ?? ""}"`;
}
