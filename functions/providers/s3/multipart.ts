import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type {
  ChosenPart,
  Multipart,
  UploadedPart,
  UploadOptions,
} from "@remote-storage/core/storage/provider.ts";
import { complete } from "./complete.ts";
import { contentType, toEtag } from "./stat.ts";
import type { Call, Store } from "./store.ts";
import { MAX_PARTS } from "./upload.ts";

const MIB = 1024 * 1024;

/** Uploads whose parts clients send with signed requests. */
export function createMultipart(store: Store): Multipart {
  const upload = (key: ObjectKey, uploadId: string) => ({
    Bucket: store.bucket,
    Key: key,
    UploadId: uploadId,
  });

  async function parts(
    key: ObjectKey,
    uploadId: string,
    { signal, operation }: Omit<Call, "key">,
  ): Promise<readonly UploadedPart[]> {
    const found: UploadedPart[] = [];
    let marker: string | undefined;
    do {
      const page = await store.run({ operation, key, signal }, (s3, http) =>
        s3.listParts(
          {
            ...upload(key, uploadId),
            ...(marker !== undefined && { PartNumberMarker: marker }),
          },
          http,
        ),
      );
      for (const { PartNumber = 0, Size = 0, ETag } of page.Parts ?? []) {
        found.push({
          number: PartNumber,
          size: Size,
          ...(ETag !== undefined && { etag: toEtag(ETag) }),
        });
      }
      marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
    return found;
  }

  return {
    limits: { minPart: 5 * MIB, maxPart: 5 * 1024 * MIB, maxParts: MAX_PARTS },
    parts: (key, uploadId, { signal } = {}) =>
      parts(key, uploadId, { operation: "list the parts", signal }),
    async create(key, { type, metadata, headers, checksum, signal } = {}) {
      const call = { operation: "create an upload", key, signal };
      const { UploadId } = await store.run(call, (s3, http) =>
        s3.createMultipartUpload(
          {
            Bucket: store.bucket,
            Key: key,
            ContentType: contentType(type),
            ...shown(headers),
            ...(metadata !== undefined && { Metadata: { ...metadata } }),
            ...(checksum !== undefined && { ChecksumAlgorithm: "CRC32" }),
          },
          http,
        ),
      );
      if (UploadId === undefined) {
        throw store.fail(call, "unavailable", "the store gave the upload no id");
      }
      return UploadId;
    },
    async complete(key, uploadId, wanted: readonly ChosenPart[], { signal, ifAbsent } = {}) {
      const call = { operation: "complete the upload", key, signal };
      const whole = wanted.length > 0 && wanted.every(({ etag }) => etag !== undefined);
      const arrived = whole ? [] : await parts(key, uploadId, call);
      const etags = new Map(arrived.map(({ number, etag }) => [number, etag]));
      const Parts = (wanted.length > 0 ? wanted : arrived)
        .map(({ number, etag, checksumCrc32 }: ChosenPart) => ({
          PartNumber: number,
          ETag: etag ?? etags.get(number),
          ChecksumCRC32: checksumCrc32,
        }))
        .toSorted((a, b) => a.PartNumber - b.PartNumber);
      const lost = Parts.find(({ ETag }) => ETag === undefined);
      if (lost !== undefined) {
        throw store.fail(call, "invalid-request", `part ${lost.PartNumber} has not arrived`);
      }
      if (Parts.length === 0) throw store.fail(call, "invalid-request", "no part has arrived");
      const conditions = ifAbsent === true ? { IfNoneMatch: "*" as const } : {};
      return complete(store, call, upload(key, uploadId), Parts, conditions);
    },
    async abort(key, uploadId, { signal } = {}) {
      const call = { operation: "abort the upload", key, signal };
      try {
        await store.run(call, (s3, http) => s3.abortMultipartUpload(upload(key, uploadId), http));
      } catch (error) {
        if (!(error instanceof StorageError) || error.kind !== "not-found") throw error;
      }
    },
  };
}

function shown(headers: UploadOptions["headers"] = {}) {
  const names = [
    ["CacheControl", "cache-control"],
    ["ContentDisposition", "content-disposition"],
    ["ContentEncoding", "content-encoding"],
    ["ContentLanguage", "content-language"],
  ] as const;
  return Object.fromEntries(names.map(([name, header]) => [name, headers[header]]));
}
