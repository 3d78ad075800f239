/**
 * Offset of the first byte in which two streams differ, or the length of the shorter one; `undefined` when they are
 * equal. Both are read at the same time, and no further than needed.
 */
export async function firstDifference(
  left: AsyncIterable<Uint8Array>,
  right: AsyncIterable<Uint8Array>,
): Promise<number | undefined> {
  const sides = [left[Symbol.asyncIterator](), right[Symbol.asyncIterator]()] as const;
  try {
    let offset = 0;
    let rests: readonly [Uint8Array, Uint8Array] = [EMPTY, EMPTY];
    for (;;) {
      const [a, b] = await Promise.all([fill(rests[0], sides[0]), fill(rests[1], sides[1])]);
      if (a === undefined || b === undefined) return a === b ? undefined : offset;
      const length = Math.min(a.length, b.length);
      if (Buffer.compare(a.subarray(0, length), b.subarray(0, length)) !== 0) {
        return offset + a.findIndex((byte, index) => byte !== b[index]);
      }
      offset += length;
      rests = [a.subarray(length), b.subarray(length)];
    }
  } finally {
    for (const side of sides) await side.return?.();
  }
}

const EMPTY = new Uint8Array(0);

/** What is left of a chunk, else the next one that is not empty. */
async function fill(
  chunk: Uint8Array,
  side: AsyncIterator<Uint8Array>,
): Promise<Uint8Array | undefined> {
  let filled = chunk;
  while (filled.length === 0) {
    const next = await side.next();
    if (next.done === true) return undefined;
    filled = next.value;
  }
  return filled;
}
