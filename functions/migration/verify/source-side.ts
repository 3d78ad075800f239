import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { type Slice, type Source, SourceChangedError, type SourceObject } from "../source.ts";
import type { Entry, Side } from "./side.ts";

/** Bytes that are read at once. */
const PIECE = 4 * 1024 * 1024;

/** What a migration reads from, read again: a folder as well as a bucket. */
export function sourceSide(source: Source): Side {
  const readPiece = async (entry: Entry, slice: Slice, options: { signal?: AbortSignal }) => {
    try {
      return await source.read(toObject(entry), slice, options);
    } catch (error) {
      if (!(error instanceof SourceChangedError)) throw error;
      const place = { provider: source.name, operation: "read", key: entry.name };
      throw new StorageError("precondition-failed", error.message, place, error);
    }
  };
  return {
    async *entries(options) {
      for await (const { objects } of source.pages(options)) yield* objects.map(toEntry);
    },
    async find(name, options) {
      const object = await source.find(name, options);
      return object && toEntry(object);
    },
    async *read(entry, from, options) {
      for (let start = from; start < entry.size; start += PIECE) {
        const length = Math.min(PIECE, entry.size - start);
        yield (await readPiece(entry, { start, length }, options)).bytes;
      }
    },
    type: async (entry, options) => {
      const length = Math.min(1, entry.size);
      return (await readPiece(entry, { start: 0, length }, options)).type;
    },
  };
}

function toEntry({ key, size, identity }: SourceObject): Entry {
  // Of a bucket the identity is the etag, which may tell something of the bytes.
  return { name: key, size, version: identity, tag: identity };
}

function toObject({ name, size, version }: Entry): SourceObject {
  return { key: name, size, identity: version, modified: new Date(0) };
}
