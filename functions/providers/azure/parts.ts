import type { Block, BlockList } from "@azure/storage-blob";
import { azureBlockId } from "@remote-storage/core/signing/azure-presigner.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { UploadedPart } from "@remote-storage/core/storage/provider.ts";
import type { Container, Operation } from "./container.ts";

/** No part has this number: a block of this id says that the upload was aborted. */
export const TOMBSTONE = 0;

/** Of the missing parts so many are named: a thousand numbers would help nobody. */
const NAMED = 10;

export interface Parts {
  /** Arrived, and no part of an object yet. */
  readonly waiting: readonly UploadedPart[];
  /** What the object consists of, when this upload is what made it. */
  readonly committed: readonly UploadedPart[];
}

/** The number in a block's id; undefined when the block belongs to another upload. */
function partNumber(blockId: string, uploadId: string): number | undefined {
  const number = Number(Buffer.from(blockId, "base64").toString().split(".").at(-1));
  return Number.isInteger(number) && azureBlockId(uploadId, number) === blockId
    ? number
    : undefined;
}

/** The parts of an upload, by number. Throws `not-found` after an abort. */
export async function findParts(
  container: Container,
  operation: Operation & { readonly key: ObjectKey },
  uploadId: string,
): Promise<Parts> {
  const list: BlockList = await container
    .call(operation, (client, abortSignal) =>
      client.getBlockBlobClient(operation.key).getBlockList("all", { abortSignal }),
    )
    .catch((error: unknown) => {
      // Before the first block there is nothing at all.
      if (error instanceof StorageError && error.kind === "not-found") return {};
      throw error;
    });
  const toParts = (blocks: readonly Block[] = []): readonly UploadedPart[] =>
    blocks
      .flatMap(({ name, size }) => {
        const number = partNumber(name, uploadId);
        return number === undefined ? [] : [{ number, size }];
      })
      .toSorted((a, b) => a.number - b.number);
  const waiting = toParts(list.uncommittedBlocks);
  if (waiting.some(({ number }) => number === TOMBSTONE)) {
    throw container.error("not-found", "the upload was aborted", operation);
  }
  return { waiting, committed: toParts(list.committedBlocks) };
}

/**
 * Those to make the object of: the ones that are named, or all that have arrived when none is.
 * Throws what `refuse` makes of the reason why that cannot be.
 */
export function chooseParts(
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
