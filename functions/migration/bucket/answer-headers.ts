import { type Description, KEPT_HEADERS } from "../source.ts";
import { fromBase64, type Sums } from "../sums.ts";
import type { Answer } from "./wire.ts";

type Headers = Answer["headers"];

/** What the stores put before the names of metadata. */
const METADATA = /^x-(?:amz|ms|goog)-meta-(.+)$/;

/**
 * The checksums of the whole object that an answer tells. An etag of 32 hexadecimal digits is the MD5
 * at S3 and Google, unless the bytes are encrypted with a key of the key service; Azure's and our own look
 * different.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function sumsIn(headers: Headers): Sums {
  const composite = headers["x-amz-checksum-type"] === "COMPOSITE";
  const crc32 = composite ? undefined : fromBase64(headers["x-amz-checksum-crc32"] ?? "");
  const md5 = headers["content-md5"] ?? md5OfGoogle(headers) ?? md5OfEtag(headers);
  // S3 makes no sum of sums by this algorithm.
  const crc64nvme = /^[A-Za-z0-9+/]{11}=$/.exec(headers["x-amz-checksum-crc64nvme"] ?? "")?.[0];
  return {
    ...(crc32 !== undefined && { crc32 }),
    ...(md5 !== undefined && { md5 }),
    ...(crc64nvme !== undefined && { crc64nvme }),
  };
}

/** What travels with the bytes, from the headers of a GET or HEAD. */
export function descriptionIn(headers: Headers): Description {
  const kept: [string, string][] = [];
  for (const name of KEPT_HEADERS) {
    const value = headers[name];
    if (value !== undefined && value !== "") kept.push([name, value]);
  }
  return {
    type: headers["content-type"] ?? "application/octet-stream",
    metadata: metadataIn(headers),
    headers: Object.fromEntries(kept),
  };
}

export function metadataIn(headers: Headers): Record<string, string> {
  const found: [string, string][] = [];
  for (const [header, value] of Object.entries(headers)) {
    const name = METADATA.exec(header)?.[1];
    if (name !== undefined && value !== undefined) found.push([name, value]);
  }
  return Object.fromEntries(found);
}

function md5OfGoogle(headers: Headers): string | undefined {
  return /(?:^|[ ,])md5=([A-Za-z0-9+/]{22}==)/.exec(headers["x-goog-hash"] ?? "")?.[1];
}

function md5OfEtag(headers: Headers): string | undefined {
  if (headers["x-amz-server-side-encryption"]?.startsWith("aws:kms") === true) return undefined;
  if (headers["x-amz-server-side-encryption-customer-algorithm"] !== undefined) return undefined;
  const hex = /^"?([0-9a-f]{32})"?$/i.exec(headers["etag"] ?? "")?.[1];
  return hex && Buffer.from(hex, "hex").toString("base64");
}
