import { azureBlockId } from "@remote-storage/core/signing/azure-presigner.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { ObjectStat, WriteOptions } from "@remote-storage/core/storage/provider.ts";
import { blockLength, toBlocks } from "./blocks.ts";
import type { Container } from "./container.ts";
import { checkKey } from "./keys.ts";
import { DEFAULT_TYPE, toStat } from "./stat.ts";

/** 8 MiB at 30 kB/s: slower is taken for a store that hangs. */
const BLOCK_SECONDS = 300;
const PARALLEL_BLOCKS = 4;

interface NumberedBlock {
  readonly number: number;
  readonly bytes: Buffer;
}

/** The SDK takes a Buffer, of which the view is shared, not copied. */
function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function* numbered(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<NumberedBlock, void, undefined> {
  let number = 1;
  yield { number, bytes: toBuffer(first) };
  for await (const bytes of rest) yield { number: ++number, bytes: toBuffer(bytes) };
}

/**
 * Writes an object, all or nothing: a short body in one request, a longer one as blocks that become
 * the object only when the list of them is committed. What a broken write leaves behind is part of no
 * object, and Azure drops it after a week.
 *
 * Of two long writes of one key at the same time the first commit discards the other's blocks, and
 * the other fails with `conflict`.
 *
 * @param nonce makes the blocks of this write its own.
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-list
 */
export async function writeObject(
  container: Container,
  key: ObjectKey,
  body: ReadableStream<Uint8Array> | Uint8Array,
  nonce: string,
  options: WriteOptions = {},
): Promise<ObjectStat> {
  const { type = DEFAULT_TYPE, size, ifAbsent = false, ifMatch } = options;
  const failed = new AbortController();
  const signal =
    options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
  const operation = { operation: "write", key, signal, seconds: BLOCK_SECONDS };
  const stored = {
    blobHTTPHeaders: { blobContentType: type },
    conditions: {
      ...(ifAbsent && { ifNoneMatch: "*" }),
      ...(ifMatch !== undefined && { ifMatch }),
    },
  };
  checkKey(key, "write", container.name);

  const blocks = toBlocks(body, (index) => blockLength(index, size), signal);
  const opening = await blocks.next();
  const first = opening.done === true ? new Uint8Array() : opening.value;
  let sent = first.byteLength;
  const checkSize = (atEnd: boolean): void => {
    if (size === undefined || (atEnd ? sent === size : sent <= size)) return;
    const message = `the body has ${atEnd ? "" : "at least "}${sent} bytes, not ${size} as announced`;
    throw container.error("invalid-request", message, operation);
  };

  if (first.byteLength < blockLength(0, size)) {
    checkSize(true);
    return container.call(operation, async (client, abortSignal) => {
      const blob = client.getBlockBlobClient(key);
      const answer = await blob.upload(toBuffer(first), sent, { ...stored, abortSignal });
      return toStat(key, sent, { ...answer, contentType: type });
    });
  }

  const ids: string[] = [];
  const waiting = numbered(first, blocks);
  async function stage({ number, bytes }: NumberedBlock): Promise<void> {
    const id = azureBlockId(nonce, number);
    ids[number - 1] = id;
    if (number > 1) sent += bytes.byteLength;
    checkSize(false);
    await container.call(operation, (client, abortSignal) =>
      client.getBlockBlobClient(key).stageBlock(id, bytes, bytes.byteLength, { abortSignal }),
    );
  }
  // Stops the source and the other lanes: nothing goes on behind the back of a failed write.
  const stop = (error: unknown): never => {
    failed.abort(error);
    throw error;
  };
  const lane = async (): Promise<void> => {
    for await (const block of waiting) await stage(block).catch(stop);
  };
  await Promise.all(Array.from({ length: PARALLEL_BLOCKS }, lane)).catch(stop);
  checkSize(true);
  return container.call(operation, async (client, abortSignal) => {
    const blob = client.getBlockBlobClient(key);
    const answer = await blob.commitBlockList(ids, { ...stored, abortSignal });
    return toStat(key, sent, { ...answer, contentType: type });
  });
}
