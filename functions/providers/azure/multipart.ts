import { azureBlockId } from "@remote-storage/core/signing/azure-presigner.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { Multipart, UploadedPart } from "@remote-storage/core/storage/provider.ts";
import type { Container, Operation } from "./container.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { DEFAULT_TYPE, toStat } from "./stat.ts";

const MIB = 1024 * 1024;

/** What the parts' numbers say in a message; a thousand of them would help nobody. */
const NAMED = 10;

/** The number in a block's id; undefined when the block belongs to another upload. */
function partNumber(blockId: string, uploadId: string): number | undefined {
  const number = Number(Buffer.from(blockId, "base64").toString().split(".").at(-1));
  return Number.isInteger(number) && azureBlockId(uploadId, number) === blockId
    ? number
    : undefined;
}

async function arrivedParts(
  container: Container,
  operation: Operation,
  key: ObjectKey,
  uploadId: string,
): Promise<readonly UploadedPart[]> {
  const blocks = await container
    .call(operation, async (client, abortSignal) => {
      const list = await client
        .getBlockBlobClient(key)
        .getBlockList("uncommitted", { abortSignal });
      return list.uncommittedBlocks ?? [];
    })
    .catch((error: unknown) => {
      // Before its first block there is nothing at all.
      if (error instanceof StorageError && error.kind === "not-found") return [];
      throw error;
    });
  return blocks
    .flatMap(({ name, size }) => {
      const number = partNumber(name, uploadId);
      return number === undefined ? [] : [{ number, size }];
    })
    .toSorted((a, b) => a.number - b.number);
}

/**
 * Uploads in parts by blocks. Azure knows no upload, only blocks that wait under a key: an upload's id
 * is a nonce in the ids of its blocks. It follows that
 * - an unknown upload cannot be told from one without parts;
 * - whatever else writes the key, another upload's completion too, discards the parts that wait;
 * - there is nothing to abort: blocks that are not committed vanish a week after the last came;
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
      return arrivedParts(container, { operation: "parts", key, signal }, key, uploadId);
    },

    async complete(key, uploadId, parts, { signal, type = DEFAULT_TYPE } = {}) {
      const operation = { operation: "complete", key, signal };
      const refuse = (message: string) => container.error("invalid-request", message, operation);
      const numbers = parts.map(({ number }) => number).toSorted((a, b) => a - b);
      if (numbers.length === 0) throw refuse("an upload needs at least one part");
      if (new Set(numbers).size < numbers.length) throw refuse("a part is named twice");
      const tagged = parts.find(({ etag }) => etag !== undefined);
      if (tagged !== undefined) {
        throw refuse(`part ${tagged.number} is named with an etag; parts have none on Azure`);
      }
      const arrived = new Map(
        (await arrivedParts(container, operation, key, uploadId)).map(({ number, size }) => [
          number,
          size,
        ]),
      );
      const missing = numbers.filter((number) => !arrived.has(number));
      if (missing.length > 0) {
        const named = missing.slice(0, NAMED).join(", ");
        const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : "";
        throw refuse(`parts that have not arrived: ${named}${more}`);
      }
      const size = numbers.reduce((sum, number) => sum + (arrived.get(number) ?? 0), 0);
      return container.call(operation, async (client, abortSignal) => {
        const blockIds = numbers.map((number) => azureBlockId(uploadId, number));
        const answer = await client.getBlockBlobClient(key).commitBlockList(blockIds, {
          abortSignal,
          blobHTTPHeaders: { blobContentType: type },
        });
        return toStat(key, size, { ...answer, contentType: type });
      });
    },

    async abort() {
      // See above: nothing can be done, and nothing needs to be.
    },
  };
}
