import { createHash } from "node:crypto";
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

/**
 * Whether the target holds the source's bytes: by a checksum that the store tells, against which the
 * source is read; where the store tells none (most do not for objects made of parts), by size and the
 * modification time that was kept with the object.
 */
export async function compare(
  object: SourceObject,
  looked: Looked,
  read: (slice: Slice) => Promise<SourcePiece>,
): Promise<Comparison> {
  if (looked.size !== object.size) {
    return { result: "differs", how: `it has ${looked.size} bytes instead of ${object.size}` };
  }
  const { sums } = looked;
  if (sums.crc32 === undefined && sums.md5 === undefined) return compareTimes(object, looked, read);
  const md5 = sums.crc32 === undefined ? createHash("md5") : undefined;
  let sum = 0;
  for (let start = 0; start < object.size; start += PIECE) {
    const { bytes } = await read({ start, length: Math.min(PIECE, object.size - start) });
    sum = crc32(bytes, sum);
    md5?.update(bytes);
  }
  if (md5 === undefined) {
    if (sums.crc32 === sum) return { result: "equal", crc32: sum, proof: "crc32" };
    return { result: "differs", how: `its CRC-32 is not ${toBase64(sum)}` };
  }
  if (sums.md5 === md5.digest("base64")) return { result: "equal", crc32: sum, proof: "md5" };
  return { result: "differs", how: "it has another MD5" };
}

async function compareTimes(
  object: SourceObject,
  { metadata }: Looked,
  read: (slice: Slice) => Promise<SourcePiece>,
): Promise<Comparison> {
  const piece = await read({ start: 0, length: Math.min(1, object.size) });
  const mtime = piece.metadata["mtime"];
  if (mtime !== undefined && mtime === metadata["mtime"]) return { result: "equal" };
  const how = "the store tells no checksum of it, and its modification time is another";
  return { result: "differs", how };
}
