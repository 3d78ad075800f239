import type { Bucket, CallOptions, UploadOptions } from "@remote-storage/core/storage/provider.ts";
import type { Description } from "../source.ts";
import { toBase64 } from "../sums.ts";
import type { TargetMultipart } from "../target.ts";
import type { Prover } from "./proof.ts";
import { keyIn, type Place, send } from "./requests.ts";

/** Uploads in parts: the parts by signed requests, begin and end by the provider, once for many megabytes. */
export function createBucketMultipart(place: Place, prover: Prover): TargetMultipart {
  const { bucket } = place;
  const { multipart } = bucket;
  return {
    limits: multipart.limits,
    create: (key, description, options) =>
      multipart.create(keyIn(place, key), {
        ...uploadOptions(bucket, description, options),
        checksum: "crc32",
      }),
    put: async (key, uploadId, number, bytes, crc32, options) => {
      const bound = prover.bind(bytes, crc32);
      const answer = await send(
        place,
        { method: "PUT", key: keyIn(place, key), part: { uploadId, number }, ...bound },
        { body: bytes, ...options },
      );
      return {
        number,
        etag: answer.headers["etag"] ?? "",
        crc32,
        proof: prover.check(answer, bound),
      };
    },
    arrived: async (key, uploadId, options) => {
      const parts = await multipart.parts(keyIn(place, key), uploadId, options);
      return new Set(parts.map(({ number }) => number));
    },
    complete: async (key, uploadId, parts, description, { replace, ...options }) => {
      const chosen = parts.map(({ number, etag, crc32 }) => ({
        number,
        ...(etag !== "" && { etag }),
        ...(bucket.can.signsCrc32 && { checksumCrc32: toBase64(crc32) }),
      }));
      const upload = { ...uploadOptions(bucket, description, options), ifAbsent: !replace };
      const { etag } = await multipart.complete(keyIn(place, key), uploadId, chosen, upload);
      return { etag };
    },
    abort: (key, uploadId, options) => multipart.abort(keyIn(place, key), uploadId, options),
  };
}

function uploadOptions(
  { can }: Bucket,
  { type, metadata, headers }: Description,
  options: CallOptions,
): UploadOptions {
  return { ...options, type, headers, ...(can.keepsMetadata && { metadata }) };
}
