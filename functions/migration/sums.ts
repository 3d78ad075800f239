import { hash } from "node:crypto";

/** Checksums that a store tells of an object. */
export interface Sums {
  /** Of the whole: unsigned 32 bits. */
  readonly crc32?: number;
  /** Base64 of 16 bytes. */
  readonly md5?: string;
  /** Base64 of eight bytes, big end first. */
  readonly crc64nvme?: string;
}

/** Base64. Six times as expensive as all the rest of sending: only for stores that know nothing better. */
export function md5Of(bytes: Uint8Array): string {
  return hash("md5", bytes, "base64");
}

/** Base64 of the four bytes, big end first: as S3 writes a CRC-32. */
export function toBase64(crc32: number): string {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(crc32);
  return bytes.toString("base64");
}

/** `undefined` for what is not the base64 of four bytes: a checksum of checksums has an ending. */
export function fromBase64(text: string): number | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.byteLength === 4 && bytes.toString("base64") === text
    ? bytes.readUInt32BE()
    : undefined;
}

/** Eight digits in lower case, as the `crc32` command prints it. */
export function toHex(crc32: number): string {
  return crc32.toString(16).padStart(8, "0");
}
