/** What file systems hand out, nearly all of them. */
const BLOCK = 4096;

/**
 * Bytes that a file takes up. Some file systems say 0 until they have chosen the blocks, or keep small files
 * elsewhere: then its length, rounded up.
 */
export function diskSize({ blocks, size }: { readonly blocks: number; readonly size: number }) {
  return Math.max(blocks * 512, Math.ceil(size / BLOCK) * BLOCK, BLOCK);
}

/**
 * Bytes to keep for a file of this length before it is written: one block more than its bytes fill, in which file
 * systems note where the pieces lie of a file that is not in one piece.
 */
export function roomFor(length: number): number {
  return diskSize({ blocks: 0, size: length }) + BLOCK;
}
