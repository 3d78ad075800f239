import type { FetchedPart } from "@remote-storage/core/storage/url-copy.ts";
import { joinCrc64 } from "../join-crc.ts";

/** The CRC-64/NVME of all parts one after the other, in base64 as S3 writes it. */
export function sumOfFetched(parts: readonly FetchedPart[]): string {
  let sum = 0n;
  for (const { crc64nvme, size } of parts) {
    sum = joinCrc64(sum, Buffer.from(crc64nvme, "base64").readBigUInt64BE(), size);
  }
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(sum);
  return bytes.toString("base64");
}
