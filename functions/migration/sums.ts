import { hash } from "node:crypto";
import { crc32 } from "node:zlib";

/** Checksums of the same bytes. */
export interface Sums {
  /** Unsigned 32 bits: what is computed of all that is read, since it costs next to nothing. */
  readonly crc32: number;
  /** Base64 of 16 bytes: where the store knows nothing better. */
  readonly md5?: string;
}

/** MD5 takes six times as long as all the rest of sending: only on request. */
export function sumsOf(bytes: Uint8Array, wants: { readonly md5: boolean }): Sums {
  const sum = crc32(bytes);
  return wants.md5 ? { crc32: sum, md5: hash("md5", bytes, "base64") } : { crc32: sum };
}

/** Base64 of the four bytes, big end first: as S3 writes it. */
export function toBase64(sum: number): string {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString("base64");
}

/** Eight digits, lower case: as `crc32` prints it. */
export function toHex(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}
