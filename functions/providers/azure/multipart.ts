import { azureBlockId } from "@remote-storage/core/signing/azure-presigner.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { Multipart, UploadedPart } from "@remote-storage/core/storage/provider.ts";
import type { Container, Operation } from "./container.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { DEFAULT_TYPE, toStat } from "./stat.ts";

const MIB = 1024 * 1024;

/** Of the missing parts so many are named: a thousand numbers would help nobody. */
const NAMED = 10;

/** No part has this number: a block of this id says that the upload was aborted. */
const TOMBSTONE = 0;

/** The number in a block's id; undefined when the block belongs to another upload. */
function partNumber(blockId: string, uploadId: string): number | undefined {
  const number = Number(Buffer.from(blockId, "base64").toString().split(".").at(-1));
  return Number.isInteger(number) && azureBlockId(uploadId, number) === blockId
    ? number
    : undefined;
}

/**
 * The parts to make the object of, by number: those that are named, or all that have arrived when
 * none is. Throws what `refuse` makes when that cannot be.
 */
function choose(
  named: readonly { readonly number: number; readonly etag?: string }[],
  arrived: readonly UploadedPart[],
  refuse: (message: string) => StorageError,
): readonly UploadedPart[] {
  if (arrived.length === 0) throw refuse("no part has arrived");
  if (named.length === 0) return arrived;
  const wanted = new Set(named.map(({ number }) => number));
  if (wanted.size < named.length) throw refuse("a part is named twice");
  const tagged = named.find(({ etag }) => etag !== undefined);
  if (tagged !== undefined) {
    throw refuse(`part ${tagged.number} is named with an etag; parts have none on Azure`);
  }
  const present = new Set(arrived.map(({ number }) => number));
  const missing = [...wanted].filter((number) => !present.has(number)).toSorted((a, b) => a - b);
  if (missing.length === 0) return arrived.filter(({ number }) => wanted.has(number));
  const some = missing.slice(0, NAMED);
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : "";
  throw refuse(`parts that have not arrived: ${some.join(", ")}${more}`);
}

/** Throws `not-found` after an abort. */
async function arrivedParts(
  container: Container,
  operation: Operation & { readonly key: ObjectKey },
  uploadId: string,
): Promise<readonly UploadedPart[]> {
  const blocks = await container
    .call(operation, async (client, abortSignal) => {
      const blob = client.getBlockBlobClient(operation.key);
      return (await blob.getBlockList("uncommitted", { abortSignal })).uncommittedBlocks ?? [];
    })
    .catch((error: unknown) => {
      // Before its first block there is nothing at all.
      if (error instanceof StorageError && error.kind === "not-found") return [];
      throw error;
    });
  const parts = blocks.flatMap(({ name, size }) => {
    const number = partNumber(name, uploadId);
    return number === undefined ? [] : [{ number, size }];
  });
  if (parts.some(({ number }) => number === TOMBSTONE)) {
    throw container.error("not-found", "the upload was aborted", operation);
  }
  return parts.toSorted((a, b) => a.number - b.number);
}

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
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-list
 */
export function createMultipart(container: Container, nonce: () => string): Multipart {
  return {
    limits: { minPart: 1, maxPart: 4000 * MIB, maxParts: 10_000 },

    async create(key, { signal } = {}) {
      // Tells a missing container, or keys that are refused, before any part is sent.
      await container.call({ operation: "create", key, signal }, (client, abortSignal) =>
        client.getProperties({ abortSignal }),
      );
      return nonce();
    },

    parts(key, uploadId, { signal } = {}) {
      return arrivedParts(container, { operation: "parts", key, signal }, uploadId);
    },

    async complete(key, uploadId, parts, { signal, type = DEFAULT_TYPE } = {}) {
      const operation = { operation: "complete", key, signal };
      const refuse = (message: string) => container.error("invalid-request", message, operation);
      const arrived = await arrivedParts(container, operation, uploadId);
      const chosen = choose(parts, arrived, refuse);
      const size = chosen.reduce((sum, part) => sum + part.size, 0);
      return container.call(operation, async (client, abortSignal) => {
        const blockIds = chosen.map(({ number }) => azureBlockId(uploadId, number));
        const answer = await client.getBlockBlobClient(key).commitBlockList(blockIds, {
          abortSignal,
          blobHTTPHeaders: { blobContentType: type },
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
