import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Description } from "../source.ts";
import type { Looked, Target } from "../target.ts";
import { metadataIn, sumsIn } from "./answer-headers.ts";
import { listPages } from "./list-pages.ts";
import { createBucketMultipart } from "./multipart.ts";
import { createProver } from "./proof.ts";
import { readSlice } from "./read-slice.ts";
import { keyIn, type Place, send } from "./requests.ts";

/** Writes to a prefix of a bucket by signed requests. `name` is its link. */
export function openBucketTarget(place: Place & { readonly name: string }): Target {
  const { bucket, name, prefix } = place;
  const prover = createProver(bucket.can.signsCrc32);
  return {
    name,
    async *pages(options) {
      for await (const objects of listPages(bucket, prefix, options)) {
        yield objects.map(({ key, size, etag }) => ({
          key: key.slice(prefix.length),
          size,
          etag,
        }));
      }
    },
    look: async (key, options) => {
      try {
        const intent = { method: "HEAD", key: keyIn(place, key), tellChecksums: true } as const;
        return toLooked(await send(place, intent, options));
      } catch (error) {
        if (error instanceof StorageError && error.kind === "not-found") return undefined;
        throw error;
      }
    },
    read: async (object, slice, options) => (await readSlice(place, object, slice, options)).body,
    put: async (key, bytes, crc32, description, { replace, ...options }) => {
      const bound = prover.bind(bytes, crc32);
      const answer = await send(
        place,
        {
          method: "PUT",
          key: keyIn(place, key),
          contentType: description.type,
          ...bound,
          ...(bucket.can.keepsMetadata && { metadata: description.metadata }),
          ...(!replace && { ifNoneMatch: "*" }),
        },
        { ...options, body: bytes, headers: keptHeaders(description) },
      );
      return { etag: answer.headers["etag"] ?? "", proof: prover.check(answer, bound) };
    },
    multipart: createBucketMultipart(place, prover),
  };
}

function toLooked({ headers }: Awaited<ReturnType<typeof send>>): Looked {
  return {
    size: Number(headers["content-length"] ?? 0),
    etag: headers["etag"] ?? "",
    sums: sumsIn(headers),
    metadata: metadataIn(headers),
  };
}

/**
 * None of them has to be signed. Azure has names of its own for them, which say nothing to others.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-blob
 */
function keptHeaders({ headers }: Description): Record<string, string> {
  const ofAzure = Object.entries(headers).map(([name, value]) => [`x-ms-blob-${name}`, value]);
  return { ...headers, ...Object.fromEntries(ofAzure) };
}
