import { crc32 } from "node:zlib";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ListedObject } from "@remote-storage/core/storage/provider.ts";
import type { Source, SourceObject } from "../source.ts";
import { sumsIn } from "./answer-headers.ts";
import { describeSource } from "./describe-source.ts";
import { listPages } from "./list-pages.ts";
import { readSlice } from "./read-slice.ts";
import { keyIn, type Place } from "./requests.ts";

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
    read: async (object, slice, options) => {
      const wanted = slice ?? { start: 0, length: object.size };
      const { key, identity, size } = object;
      const { headers, body } = await readSlice(
        place,
        { key, size, etag: identity },
        wanted,
        options,
      );
      const told = wanted.length === size ? sumsIn(headers).crc32 : undefined;
      if (told !== undefined && told !== crc32(body)) {
        throw new StorageError("unavailable", "the source arrived with another CRC-32", {
          provider: "migration",
          operation: "GET",
        });
      }
      return { ...describeSource(object, headers), bytes: body };
    },
  };
}

const NAMELESS = "its whole key is the prefix that is migrated";
