const MIB = 1024 * 1024;

/** Kept in memory once for each block under way. */
const BLOCK = 8 * MIB;
/** Azure commits at most 50,000 blocks. */
const MAX_BLOCKS = 50_000;
/** Of unknown size: each so many blocks the length doubles, which lets the body reach 2.4 TiB. */
const DOUBLING = 10_000;

/** Length of the block with this index (from 0) in a body of `size` bytes, if that is known. */
export function blockLength(index: number, size: number | undefined): number {
  const needed = Math.ceil((size ?? 0) / MAX_BLOCKS);
  return Math.max(BLOCK * 2 ** Math.floor(index / DOUBLING), needed);
}

async function* chunksOf(
  body: ReadableStream<Uint8Array> | Uint8Array,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body instanceof Uint8Array) {
    yield body;
    return;
  }
  const reader = body.getReader();
  let ended = false;
  const cancel = (): void => {
    // Whether the source minds being cancelled changes nothing any more.
    reader.cancel(signal?.reason).catch(() => undefined);
  };
  // A source that waits for ever must not keep an aborted write waiting with it.
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    signal?.throwIfAborted();
    while (!ended) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      ended = done;
      if (value !== undefined) yield value;
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
    if (!ended) cancel();
    reader.releaseLock();
  }
}

/**
 * Cuts a body into blocks, all but the last of the length that `blockLength` says. An array is not
 * copied. Rejects with the signal's reason as soon as it fires.
 */
export async function* toBlocks(
  body: ReadableStream<Uint8Array> | Uint8Array,
  lengthOf: (index: number) => number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let index = 0;
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (let chunk of chunksOf(body, signal)) {
    for (let room = lengthOf(index) - bytes; chunk.byteLength >= room; room = lengthOf(index)) {
      held.push(chunk.subarray(0, room));
      yield join(held);
      chunk = chunk.subarray(room);
      held = [];
      bytes = 0;
      index++;
    }
    held.push(chunk);
    bytes += chunk.byteLength;
  }
  if (bytes > 0) yield join(held);
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}
