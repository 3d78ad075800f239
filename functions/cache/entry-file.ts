import { crc32 } from "node:zlib";
import type { EntryHeader } from "./cache-store.ts";

/**
 * An entry's file: a prelude of fixed length, the rest of the header as JSON, the body. The prelude is
 * written last, so that a file without its end is no entry, and rewritten alone when an entry is confirmed.
 *
 * | bytes | what                                        |
 * |-------|---------------------------------------------|
 * | 0–7   | magic and version of the format             |
 * | 8–11  | length of the JSON                          |
 * | 12–15 | CRC-32 of the body                          |
 * | 16–47 | body's length, created, expires, confirmed (doubles) |
 * | 48–51 | CRC-32 of the JSON                          |
 * | 52–55 | CRC-32 of all before                        |
 */
const MAGIC = Buffer.from("RSCACHE\u0001", "latin1");
export const PRELUDE_LENGTH = 56;

/** More than any header should have; what is longer is not kept. */
export const MAX_META = 65_536;

/** The part of a header that never changes. */
export function encodeMeta({ key, total, type, etag, modified, headers }: EntryHeader): Buffer {
  return Buffer.from(JSON.stringify({ key, total, type, etag, modified, headers }));
}

type Times = Pick<EntryHeader, "size" | "created" | "expires" | "confirmed">;

/** What a prelude says. */
export interface Prelude extends Times {
  readonly metaLength: number;
  readonly metaCrc: number;
  readonly bodyCrc: number;
}

export function encodePrelude(prelude: Prelude): Buffer {
  const bytes = Buffer.alloc(PRELUDE_LENGTH);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(prelude.metaLength, 8);
  bytes.writeUInt32LE(prelude.bodyCrc, 12);
  bytes.writeDoubleLE(prelude.size, 16);
  bytes.writeDoubleLE(prelude.created, 24);
  bytes.writeDoubleLE(prelude.expires, 32);
  bytes.writeDoubleLE(prelude.confirmed, 40);
  bytes.writeUInt32LE(prelude.metaCrc, 48);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 52)), 52);
  return bytes;
}

/** `undefined` for anything that `encodePrelude` did not write. */
export function decodePrelude(bytes: Buffer): Prelude | undefined {
  if (bytes.byteLength < PRELUDE_LENGTH || !bytes.subarray(0, 8).equals(MAGIC)) return undefined;
  if (crc32(bytes.subarray(0, 52)) !== bytes.readUInt32LE(52)) return undefined;
  const metaLength = bytes.readUInt32LE(8);
  if (metaLength > MAX_META) return undefined;
  return {
    metaLength,
    bodyCrc: bytes.readUInt32LE(12),
    size: bytes.readDoubleLE(16),
    created: bytes.readDoubleLE(24),
    expires: bytes.readDoubleLE(32),
    confirmed: bytes.readDoubleLE(40),
    metaCrc: bytes.readUInt32LE(48),
  };
}

/** The whole header; `undefined` when the JSON is not the one that the prelude was written for. */
export function decodeHeader(prelude: Prelude, meta: Buffer): EntryHeader | undefined {
  if (meta.byteLength !== prelude.metaLength || crc32(meta) !== prelude.metaCrc) return undefined;
  const { size, created, expires, confirmed } = prelude;
  const rest: Omit<EntryHeader, keyof Times> = JSON.parse(meta.toString());
  return { ...rest, size, created, expires, confirmed };
}
