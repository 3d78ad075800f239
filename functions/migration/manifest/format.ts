import { encodePath } from "@remote-storage/core/signing/uri-encode.ts";
import type { ListedObject } from "@remote-storage/core/storage/provider.ts";
import type { ManifestItem } from "./manifest-item.ts";

/** One line with its end; `undefined` for a name that the format cannot hold. */
export type ManifestFormat = (object: ListedObject, place: ManifestPlace) => string | undefined;

/** What is listed. */
export interface ManifestPlace {
  readonly bucket: string;
  /** Empty, or ending in `/`. */
  readonly prefix: string;
}

/** For the migration stack: a {@link ManifestItem} a line, its key without the prefix. */
const ndjson: ManifestFormat = ({ key, size, etag, modified }, { prefix }) => {
  const name = key.slice(prefix.length);
  const item: ManifestItem = { key: name, size, etag, modified: modified.toISOString() };
  return `${JSON.stringify(item)}\n`;
};

/**
 * For S3 Batch Operations: bucket and percent-encoded key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/specify-batchjob-manifest.html
 */
const s3Batch: ManifestFormat = ({ key }, { bucket }) => `${bucket},${encodePath(key)}\n`;

/**
 * For `azcopy --list-of-files`: names below the prefix, as they are.
 *
 * @see https://github.com/Azure/azure-storage-azcopy/wiki/Listing-specific-files-to-transfer
 */
const azcopy: ManifestFormat = ({ key }, { prefix }) =>
  /[\r\n]/.test(key) ? undefined : `${key.slice(prefix.length)}\n`;

export const FORMATS = { ndjson, "s3-batch": s3Batch, azcopy } as const satisfies Readonly<
  Record<string, ManifestFormat>
>;
