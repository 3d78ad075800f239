import { crc32 } from "node:zlib";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ListedObject } from "@remote-storage/core/storage/provider.ts";
import { mtimeOf } from "../mtime.ts";
import { type Source, SourceChangedError, type SourceObject } from "../source.ts";
import { descriptionIn, sumsIn } from "./answer-headers.ts";
import { listPages } from "./list-pages.ts";
import { keyIn, type Place, send } from "./requests.ts";

/** Reads a prefix of a bucket by signed requests. `name` is its link. */
export function openBucketSource(place: Place & { readonly name: string }): Source {
  const { bucket, name, prefix } = place;
  const toObject = ({ key, size, etag, modified }: ListedObject): SourceObject => ({
    key: key.slice(prefix.length),
    size,
    identity: etag,
    modified,
  });
  return {
    name,
    async *pages(options) {
      for await (const page of listPages(bucket, prefix, options)) {
        // The prefix itself is the folder that some tools make: an object without a name here.
        const named = page.filter(({ key }) => key.length > prefix.length);
        const leftOut = named.length < page.length ? [{ key: "", reason: NAMELESS }] : [];
        yield { objects: named.map(toObject), leftOut };
      }
    },
    find: async (key, options) => {
      try {
        return toObject(await bucket.stat(keyIn(place, key), options));
      } catch (error) {
        if (error instanceof StorageError && error.kind === "not-found") return undefined;
        throw error;
      }
    },
    read: async (object, slice, { signal }) => {
      const { start, length } = slice ?? { start: 0, length: object.size };
      const range = slice !== undefined && length > 0;
      const answer = await send(
        place,
        { method: "GET", key: keyIn(place, object.key), tellChecksums: !range },
        {
          expected: length,
          headers: {
            "if-match": object.identity,
            ...(range && { range: `bytes=${start}-${start + length - 1}` }),
          },
          ...(signal && { signal }),
        },
      ).catch((error: unknown) => {
        throw changedOr(error);
      });
      const { headers, body } = answer;
      check(headers["etag"], object.identity, body, length);
      const told = range ? undefined : sumsIn(headers).crc32;
      if (told !== undefined && told !== crc32(body)) throw broken("arrived with another CRC-32");
      const { metadata, ...description } = descriptionIn(headers);
      const { mtime = mtimeOf(BigInt(object.modified.getTime()) * 1_000_000n) } = metadata;
      return { ...description, metadata: { ...metadata, mtime }, bytes: body };
    },
  };
}

const NAMELESS = "its whole key is the prefix that is migrated";

function changedOr(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error;
  const gone = error.kind === "not-found" || error.kind === "precondition-failed";
  return gone
    ? new SourceChangedError("another version is there, or none", { cause: error })
    : error;
}

function check(etag: string | undefined, identity: string, body: Buffer, length: number): void {
  // Some stores do not know If-Match; listings of some leave the quotes out.
  if (etag !== undefined && bare(etag) !== bare(identity)) {
    throw new SourceChangedError("another version is there");
  }
  if (body.byteLength !== length) {
    throw broken(`has answered with ${body.byteLength} bytes instead of ${length}`);
  }
}

function bare(etag: string): string {
  return etag.replace(/^W\//, "").replaceAll('"', "");
}

function broken(what: string): StorageError {
  return new StorageError("unavailable", `the source ${what}`, {
    provider: "migration",
    operation: "GET",
  });
}
