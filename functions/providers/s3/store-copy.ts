import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { toShownHeaders } from "@remote-storage/core/storage/shown-headers.ts";
import type { CopyFacts, CopySource, StoreCopy } from "@remote-storage/core/storage/store-copy.ts";
import { parseAwsHost } from "@remote-storage/core/settings/aws-host.ts";
import { MAX_COPY, toCopySource } from "./copy.ts";
import { contentType, toEtag } from "./stat.ts";
import type { Store } from "./store.ts";

/**
 * Copies by CopyObject and UploadPartCopy.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 */
export function createStoreCopy(store: Store, config: S3Config): StoreCopy {
  return {
    reach: reachOf(config),
    limits: { whole: MAX_COPY, part: MAX_COPY },
    facts: (key, { signal }) =>
      store.run(called("stat", key, signal), async (s3, http) => {
        const head = { Bucket: store.bucket, Key: key, ChecksumMode: "ENABLED" } as const;
        return toFacts(await s3.headObject(head, http));
      }),
    whole: (key, source, { signal }) =>
      store.run(called("copy", key, signal), async (s3, http) => {
        const copy = { Bucket: store.bucket, Key: key, IfNoneMatch: "*", ...bound(source) };
        const { CopyObjectResult, ServerSideEncryption } = await s3.copyObject(copy, http);
        const told = { ...CopyObjectResult, ServerSideEncryption };
        return { etag: toEtag(told.ETag), checksums: checksumsIn(told) };
      }),
    part: (key, { id, number }, { range, ...source }, { signal }) =>
      store.run(called("copy a part", key, signal), async (s3, http) => {
        const { CopyPartResult } = await s3.uploadPartCopy(
          {
            Bucket: store.bucket,
            Key: key,
            UploadId: id,
            PartNumber: number,
            CopySourceRange: `bytes=${range.start}-${range.end}`,
            ...bound(source),
          },
          http,
        );
        return { number, size: range.end - range.start + 1, etag: toEtag(CopyPartResult?.ETag) };
      }),
  };
}

const called = (operation: string, key: ObjectKey, signal: AbortSignal | undefined) => ({
  operation,
  key,
  signal,
});

const bound = ({ bucket, key, etag }: CopySource) => ({
  CopySource: toCopySource(bucket, key),
  CopySourceIfMatch: etag,
});

/** All of AWS is one store; its keys and roles say who may copy there. */
function reachOf({ endpoint, credentials }: S3Config): string {
  const host = parseAwsHost(endpoint.hostname) === undefined ? endpoint.origin : "aws";
  switch (credentials.type) {
    case "keys":
      return `${host} key ${credentials.accessKey}`;
    case "role":
      return `${host} role ${credentials.role} ${credentials.externalId ?? ""}`;
    case "ambient":
      return `${host} ambient`;
    default:
      return credentials satisfies never;
  }
}

/** Checksums as answers hold them. A composite one is of the parts' checksums, not of the bytes. */
interface Checksums {
  readonly ETag?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly ChecksumType?: string | undefined;
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumCRC32C?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
}

function checksumsIn(answer: Checksums): Readonly<Record<string, string>> {
  const md5 = md5Of(answer);
  if (answer.ChecksumType === "COMPOSITE") return md5 === undefined ? {} : { md5 };
  const { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = answer;
  const told = Object.entries({
    crc64nvme: ChecksumCRC64NVME,
    crc32c: ChecksumCRC32C,
    crc32: ChecksumCRC32,
    sha256: ChecksumSHA256,
    sha1: ChecksumSHA1,
    md5,
  });
  // Without a type, as stores other than AWS answer, a composite one ends in the number of parts.
  return Object.fromEntries(
    told.flatMap(([name, sum]) => (sum === undefined || sum.includes("-") ? [] : [[name, sum]])),
  );
}

/** An etag is the MD5 of an object in one piece, unless a key of the key service encrypts it. */
function md5Of({ ETag = "", ServerSideEncryption }: Checksums): string | undefined {
  const hex = /^"?([0-9a-f]{32})"?$/.exec(ETag)?.[1];
  if (hex === undefined || ServerSideEncryption?.startsWith("aws:kms") === true) return undefined;
  return Buffer.from(hex, "hex").toString("base64");
}

function toFacts(
  head: Checksums & {
    readonly ContentLength?: number | undefined;
    readonly LastModified?: Date | undefined;
    readonly ContentType?: string | undefined;
    readonly Metadata?: Readonly<Record<string, string>> | undefined;
    readonly CacheControl?: string | undefined;
    readonly ContentDisposition?: string | undefined;
    readonly ContentEncoding?: string | undefined;
    readonly ContentLanguage?: string | undefined;
  },
): CopyFacts {
  return {
    size: head.ContentLength ?? 0,
    etag: toEtag(head.ETag),
    modified: head.LastModified ?? new Date(0),
    checksums: checksumsIn(head),
    type: contentType(head.ContentType),
    metadata: head.Metadata ?? {},
    headers: toShownHeaders({
      cacheControl: head.CacheControl,
      contentDisposition: head.ContentDisposition,
      contentEncoding: head.ContentEncoding,
      contentLanguage: head.ContentLanguage,
    }),
  };
}
