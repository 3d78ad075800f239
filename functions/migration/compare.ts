import { createHash, type Hash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Slice, SourceObject, SourcePiece } from "./source.ts";
import { toBase64 } from "./sums.ts";
import type { Looked, Proof } from "./target.ts";

export type Comparison =
  | {
      readonly result: "equal";
      /** Of the source's bytes, when they were read. */
      readonly crc32?: number;
      /** Absent when size and modification time alone speak for it. */
      readonly proof?: Proof;
    }
  | { readonly result: "differs"; readonly how: string };

/** Bytes that are read at once. */
const PIECE = 4 * 1024 * 1024;

/** How the two sides are read. */
export interface Readers {
  readonly source: (slice: Slice) => Promise<SourcePiece>;
  readonly target: (slice: Slice) => Promise<Uint8Array>;
}

/**
 * Whether the target holds the source's bytes: by a checksum that the store tells, against which the
 * source is read. Where the store tells none (most do not for objects made of parts) by size and the
 * modification time that was kept with the object; where that is missing or another, by reading both.
 */
export async function compare(
  object: SourceObject,
  looked: Looked,
  read: Readers,
): Promise<Comparison> {
  const { size } = object;
  if (looked.size !== size) {
    return { result: "differs", how: `it has ${looked.size} bytes instead of ${size}` };
  }
  const { crc32: sum, md5 } = looked.sums;
  if (sum !== undefined) {
    const own = await sumOf(size, read.source);
    if (own === sum) return { result: "equal", crc32: own, proof: "crc32" };
    return { result: "differs", how: `its CRC-32 is not ${toBase64(own)}` };
  }
  if (md5 !== undefined) {
    const hash = createHash("md5");
    const own = await sumOf(size, read.source, hash);
    if (hash.digest("base64") === md5) return { result: "equal", crc32: own, proof: "md5" };
    return { result: "differs", how: "it has another MD5" };
  }
  if (await haveSameTime(object, looked, read)) return { result: "equal" };
  const own = await sumOf(size, read.source);
  const theirs = await sumOf(size, async (slice) => ({ bytes: await read.target(slice) }));
  if (own === theirs) return { result: "equal", crc32: own, proof: "crc32" };
  return { result: "differs", how: "it has other bytes" };
}

/** The CRC-32 of all bytes, which go into the hash as well. */
async function sumOf(
  size: number,
  read: (slice: Slice) => Promise<{ readonly bytes: Uint8Array }>,
  hash?: Hash,
): Promise<number> {
  let sum = 0;
  for (let start = 0; start < size; start += PIECE) {
    const { bytes } = await read({ start, length: Math.min(PIECE, size - start) });
    sum = crc32(bytes, sum);
    hash?.update(bytes);
  }
  return sum;
}

async function haveSameTime(
  { size }: SourceObject,
  { metadata }: Looked,
  read: Readers,
): Promise<boolean> {
  const kept = metadata["mtime"];
  if (kept === undefined) return false;
  const piece = await read.source({ start: 0, length: Math.min(1, size) });
  return piece.metadata["mtime"] === kept;
}
