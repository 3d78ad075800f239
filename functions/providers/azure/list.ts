import type { BlobItem, ContainerClient } from "@azure/storage-blob";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import type { ListedObject, ListOptions, Page } from "@remote-storage/core/storage/provider.ts";
import type { Container } from "./container.ts";
import { quoted } from "./stat.ts";

const MAX_LIMIT = 1000;

/** Azure's marker is opaque; encoded so that no character of it can be spoilt on its way back. */
const toCursor = (marker: string): string => Buffer.from(marker).toString("base64url");

/** Undefined for what {@link toCursor} did not make. */
function toMarker(cursor: string): string | undefined {
  const marker = Buffer.from(cursor, "base64url").toString();
  return cursor !== "" && toCursor(marker) === cursor ? marker : undefined;
}

function toListed({ name, properties }: BlobItem): ListedObject {
  const { contentMD5 } = properties;
  return {
    key: parseKey(name),
    size: properties.contentLength ?? 0,
    etag: quoted(properties.etag),
    modified: properties.lastModified,
    ...(contentMD5 !== undefined && { md5: Buffer.from(contentMD5).toString("hex") }),
  };
}

interface Segment {
  readonly items: readonly BlobItem[];
  readonly prefixes: readonly string[];
  readonly marker?: string | undefined;
}

async function fetchSegment(
  client: ContainerClient,
  delimiter: string,
  options: { readonly abortSignal: AbortSignal; readonly prefix?: string },
  page: { readonly maxPageSize: number; readonly continuationToken?: string },
): Promise<Segment> {
  if (delimiter === "") {
    const { value } = await client.listBlobsFlat(options).byPage(page).next();
    const { segment, continuationToken } = value;
    return { items: segment.blobItems, prefixes: [], marker: continuationToken };
  }
  const { value } = await client.listBlobsByHierarchy(delimiter, options).byPage(page).next();
  const { segment, continuationToken } = value;
  const prefixes = (segment.blobPrefixes ?? []).map(({ name }: { name: string }) => name);
  return { items: segment.blobItems, prefixes, marker: continuationToken };
}

/**
 * One page of a container's blobs.
 *
 * Azure promises lexicographic order without saying of what. Each page is put into UTF-8 byte order
 * here; between pages the order is the store's. Should that be by UTF-16 code units, as in Azurite,
 * it differs from UTF-8 only between names of which one has a character beyond U+FFFF where the other
 * has one of U+E000 to U+FFFF.
 *
 * Throws `invalid-key` when the page holds a name longer than a key may be: Azure counts 1024
 * characters, not bytes, and to leave one out in silence would make the listing untrue.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/list-blobs
 */
export function listObjects(container: Container, options: ListOptions = {}): Promise<Page> {
  const { prefix = "", delimiter = "", limit = MAX_LIMIT, cursor, signal } = options;
  const operation = { operation: "list", signal };
  return container.call(operation, async (client, abortSignal) => {
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
      const message = `a page holds 1 to ${MAX_LIMIT} names, not ${limit}`;
      throw container.error("invalid-request", message, operation);
    }
    const continuationToken = cursor === undefined ? undefined : toMarker(cursor);
    if (cursor !== undefined && continuationToken === undefined) {
      const message = "the cursor is not one of this service's";
      throw container.error("invalid-request", message, operation);
    }
    const { items, prefixes, marker } = await fetchSegment(
      client,
      delimiter,
      { abortSignal, ...(prefix !== "" && { prefix }) },
      { maxPageSize: limit, ...(continuationToken !== undefined && { continuationToken }) },
    );
    return {
      objects: items.map(toListed).toSorted((a, b) => compareKeys(a.key, b.key)),
      prefixes: prefixes.toSorted(compareKeys),
      ...(marker !== undefined && marker !== "" && { cursor: toCursor(marker) }),
    };
  });
}
