import type { BlobClient, ContainerClient } from "@azure/storage-blob";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { CallOptions, ObjectStat } from "@remote-storage/core/storage/provider.ts";
import type { Container } from "./container.ts";

/** What Azure takes for a blob without a type. */
export const DEFAULT_TYPE = "application/octet-stream";

interface Described {
  readonly etag?: string;
  readonly lastModified?: Date;
  readonly contentType?: string;
  readonly versionId?: string;
}

/** In headers an etag stands in quotes, in listings without. */
export function quoted(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}

export function toStat(key: ObjectKey, size: number, described: Described): ObjectStat {
  const { etag, lastModified, contentType, versionId } = described;
  if (etag === undefined || lastModified === undefined) {
    throw new Error("the answer has no ETag or no Last-Modified");
  }
  return {
    key,
    size,
    etag: quoted(etag),
    modified: lastModified,
    type: contentType ?? DEFAULT_TYPE,
    ...(versionId !== undefined && { versionId }),
  };
}

/** The blob, or one version of it. */
export function blobOf(
  client: ContainerClient,
  key: ObjectKey,
  versionId: string | undefined,
): BlobClient {
  const blob = client.getBlobClient(key);
  return versionId === undefined ? blob : blob.withVersion(versionId);
}

/** Throws `not-found`, and `no-bucket` when the container is missing. */
export function statObject(
  container: Container,
  key: ObjectKey,
  options: CallOptions & { readonly versionId?: string } = {},
  operation = "stat",
): Promise<ObjectStat> {
  const { signal, versionId } = options;
  return container.call({ operation, key, signal }, async (client, abortSignal) => {
    const properties = await blobOf(client, key, versionId).getProperties({ abortSignal });
    return toStat(key, properties.contentLength ?? 0, properties);
  });
}
