import { azureBlockId } from "@remote-storage/core/signing/azure-presigner.ts";
import type { Multipart } from "@remote-storage/core/storage/provider.ts";
import type { Container } from "./container.ts";
import { chooseParts, findParts, TOMBSTONE } from "./parts.ts";
import { DEFAULT_TYPE, statObject, toStat } from "./stat.ts";

const MIB = 1024 * 1024;

/** Bytes of one block. */
export const MAX_PART = 4000 * MIB;

/**
 * Uploads in parts by blocks. Azure knows no upload, only blocks that wait under a key: an upload's id
 * is a nonce in the ids of its blocks. It follows that
 * - an unknown upload cannot be told from one without parts;
 * - whatever else writes the key, another upload's completion too, discards the parts that wait;
 * - blocks cannot be removed: an abort marks the upload, so that it can no longer be completed, and
 *   Azure drops its blocks a week after the last came;
 * - blocks have no etag, so a part named with one is refused;
 * - the content type is the one given to `complete`.
 *
 * To complete once more what is complete already succeeds, as long as the object is still the one.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-list
 */
export function createMultipart(container: Container, nonce: () => string): Multipart {
  return {
    limits: { minPart: 1, maxPart: MAX_PART, maxParts: 10_000 },

    async create(key, { signal } = {}) {
      // Tells a missing container, or a key that is refused, before any part is sent.
      await container.call({ operation: "create", key, signal }, (client, abortSignal) =>
        client.getProperties({ abortSignal }),
      );
      return nonce();
    },

    async parts(key, uploadId, { signal } = {}) {
      return (await findParts(container, { operation: "parts", key, signal }, uploadId)).waiting;
    },

    async complete(key, uploadId, parts, options = {}) {
      const { signal, type = DEFAULT_TYPE, metadata, headers = {}, ifAbsent = false } = options;
      const operation = { operation: "complete", key, signal };
      const refuse = (message: string) => container.error("invalid-request", message, operation);
      const { waiting, committed } = await findParts(container, operation, uploadId);
      const done = waiting.length === 0 && committed.length > 0;
      const chosen = chooseParts(parts, done ? committed : waiting, refuse);
      if (done) return statObject(container, key, signal && { signal }, "complete");
      const size = chosen.reduce((sum, part) => sum + part.size, 0);
      return container.call(operation, async (client, abortSignal) => {
        const blockIds = chosen.map(({ number }) => azureBlockId(uploadId, number));
        const answer = await client.getBlockBlobClient(key).commitBlockList(blockIds, {
          abortSignal,
          blobHTTPHeaders: { blobContentType: type, ...shown(headers) },
          conditions: ifAbsent ? { ifNoneMatch: "*" } : {},
          ...(metadata !== undefined && { metadata: { ...metadata } }),
        });
        return toStat(key, size, { ...answer, contentType: type });
      });
    },

    async abort(key, uploadId, { signal } = {}) {
      const id = azureBlockId(uploadId, TOMBSTONE);
      await container.call({ operation: "abort", key, signal }, (client, abortSignal) =>
        client.getBlockBlobClient(key).stageBlock(id, "x", 1, { abortSignal }),
      );
    },
  };
}

/** As the SDK calls them. */
export function shown(headers: Readonly<Record<string, string>>) {
  const names = [
    ["blobCacheControl", "cache-control"],
    ["blobContentDisposition", "content-disposition"],
    ["blobContentEncoding", "content-encoding"],
    ["blobContentLanguage", "content-language"],
  ] as const;
  return Object.fromEntries(names.map(([name, header]) => [name, headers[header]]));
}
