import { encodeComponent, encodePath } from "@remote-storage/core/signing/uri-encode.ts";
import { type ErrorPlace, StorageError } from "@remote-storage/core/storage/errors.ts";
import { hasDotSegment, type ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { Multipart, ObjectStat, UploadedPart } from "@remote-storage/core/storage/provider.ts";
import type { GoogleClient } from "./client.ts";
import { failure, isNotFound } from "./errors.ts";
import { buildXml, parseXml } from "./xml.ts";

interface InitiateAnswer {
  readonly InitiateMultipartUploadResult?: { readonly UploadId?: string };
}

interface ListPartsAnswer {
  readonly ListPartsResult?: {
    readonly IsTruncated?: string;
    readonly NextPartNumberMarker?: string;
    readonly Part?: readonly {
      readonly PartNumber: string;
      readonly Size: string;
      readonly ETag: string;
    }[];
  };
}

/**
 * Uploads in parts by the XML API, the only one whose parts can be signed.
 *
 * @see https://cloud.google.com/storage/docs/multipart-uploads
 */
export function createMultipart(
  client: GoogleClient,
  bucket: string,
  stat: (key: ObjectKey, options: { readonly signal?: AbortSignal }) => Promise<ObjectStat>,
  placeOf: (operation: string, key: ObjectKey) => ErrorPlace,
): Multipart {
  /** The XML API has the key in the path, where clients collapse dot segments. */
  function pathOf(key: ObjectKey, place: ErrorPlace): string {
    if (hasDotSegment(key)) throw failure("invalid-key", place);
    return `/${encodeComponent(bucket)}/${encodePath(key)}`;
  }

  const parts: Multipart["parts"] = async (key, uploadId, options = {}) => {
    const place = placeOf("parts", key);
    const found: UploadedPart[] = [];
    let marker: string | undefined;
    do {
      const request = {
        path: pathOf(key, place),
        query: { uploadId, ...(marker && { "part-number-marker": marker }) },
        signal: options.signal,
      };
      const answer = await parseXml<ListPartsAnswer>(await client.text(request, place));
      const page = answer.ListPartsResult;
      if (page === undefined) throw failure("unavailable", place, new Error("no list of parts"));
      for (const part of page.Part ?? []) {
        found.push({ number: Number(part.PartNumber), size: Number(part.Size), etag: part.ETag });
      }
      marker = page.IsTruncated === "true" ? page.NextPartNumberMarker : undefined;
    } while (marker);
    return found;
  };

  return {
    limits: { minPart: 5 * 2 ** 20, maxPart: 5 * 2 ** 30, maxParts: 10_000 },

    async create(key, options = {}) {
      const place = placeOf("create", key);
      const text = await client.text(
        {
          method: "POST",
          path: `${pathOf(key, place)}?uploads`,
          headers: {
            "content-type": options.type ?? "application/octet-stream",
            ...options.headers,
            ...metadataHeaders(options.metadata),
          },
          body: "",
          signal: options.signal,
        },
        place,
      );
      const answer = await parseXml<InitiateAnswer>(text);
      const uploadId = answer.InitiateMultipartUploadResult?.UploadId;
      if (!uploadId) throw failure("unavailable", place, new Error("no upload id in the answer"));
      return uploadId;
    },

    parts,

    async complete(key, uploadId, chosen, options = {}) {
      const place = placeOf("complete", key);
      const isStated = chosen.length > 0 && chosen.every(({ etag }) => etag !== undefined);
      const listed = isStated ? [] : await parts(key, uploadId, options);
      const etags = new Map(listed.map(({ number, etag }) => [number, etag]));
      const Part = (chosen.length > 0 ? chosen : listed).map(({ number, etag }) => {
        const ETag = etag ?? etags.get(number);
        if (ETag === undefined) {
          throw new StorageError("invalid-request", `part ${number} has not arrived`, place);
        }
        return { PartNumber: number, ETag };
      });
      const answer = await client.text(
        {
          method: "POST",
          path: pathOf(key, place),
          query: { uploadId },
          headers: {
            "content-type": "application/xml",
            ...(options.ifAbsent === true && { "x-goog-if-generation-match": "0" }),
          },
          body: await buildXml({ CompleteMultipartUpload: { Part } }),
          signal: options.signal,
        },
        place,
      );
      // The status is sent before the parts are joined, so a failure can hide behind a 200.
      if (!answer.includes("<CompleteMultipartUploadResult")) {
        throw failure("unavailable", place, new Error("the parts were not joined"));
      }
      return stat(key, options);
    },

    async abort(key, uploadId, options = {}) {
      const place = placeOf("abort", key);
      const request = {
        method: "DELETE" as const,
        path: pathOf(key, place),
        query: { uploadId },
        signal: options.signal,
      };
      try {
        await client.text(request, place);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}

function metadataHeaders(metadata: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [`x-goog-meta-${name}`, value]),
  );
}
