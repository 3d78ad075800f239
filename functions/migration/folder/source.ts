import { closeSync, realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { OpenFile } from "../../providers/disk/confined.ts";
import { createContentTypes } from "../../providers/disk/content-types.ts";
import { createFiles } from "../../providers/disk/files.ts";
import { createLayout } from "../../providers/disk/layout.ts";
import { mtimeOf } from "../mtime.ts";
import { type Source, SourceChangedError, type SourceObject, type SourcePiece } from "../source.ts";
import { identityOf } from "./identity.ts";
import { readSlice } from "./read-file.ts";
import { type FoundFile, walk } from "./walk.ts";

export interface FolderOptions {
  readonly path: string;
  /** Only keys that begin so, without it. Default: all. */
  readonly prefix?: string;
  readonly now: () => Date;
}

/**
 * Reads the files of a folder as objects: `DATA_PATH/storage/<bucket>`, with the content types that are kept
 * beside it, or any other. Follows no symbolic link below it and writes nothing to it.
 */
export function openFolderSource({ path, prefix = "", now }: FolderOptions): Source {
  const root = realFolder(path);
  const [parent, bucket] = [dirname(root), basename(root)];
  const files = createFiles({ storage: () => parent });
  const types = createContentTypes(createLayout(dirname(parent), now));

  let typeOf = types.reader(bucket);

  const toObject = ({ key, stats }: FoundFile): SourceObject => ({
    key: key.slice(prefix.length),
    size: Number(stats.size),
    identity: identityOf(stats),
    modified: stats.mtime,
  });
  const describe = (key: string, { stats }: OpenFile, bytes: Buffer): SourcePiece => ({
    bytes,
    type: typeOf(key, stats),
    metadata: { mtime: mtimeOf(stats.mtimeNs) },
    headers: {},
  });

  return {
    name: prefix === "" ? root : `${root} (${prefix})`,
    async *pages({ signal }) {
      for await (const { files: found, leftOut } of walk(root, prefix)) {
        signal?.throwIfAborted();
        // A server may keep the first type of all while this goes on.
        typeOf = types.reader(bucket);
        yield { objects: found.filter(({ key }) => key !== prefix).map(toObject), leftOut };
      }
    },
    find: (key) => {
      const stats = files.stat(bucket, prefix + key);
      return Promise.resolve(stats && toObject({ key: prefix + key, stats }));
    },
    read: (object, slice = { start: 0, length: object.size }) => {
      const key = prefix + object.key;
      const file = files.open(bucket, key);
      if (file === undefined) throw new SourceChangedError("the file is no longer there");
      let reading: Buffer | Promise<Buffer>;
      try {
        reading = readSlice(file, slice, object.identity);
      } catch (error) {
        closeSync(file.fd);
        throw error;
      }
      if (reading instanceof Promise) {
        return reading
          .then((bytes) => describe(key, file, bytes))
          .finally(() => {
            closeSync(file.fd);
          });
      }
      closeSync(file.fd);
      return describe(key, file, reading);
    },
  };
}

function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new StorageError(
      code === "ENOENT" ? "no-bucket" : "denied",
      `there is no folder ${path} to read (${code})`,
      { provider: "http", operation: "list", bucket: path },
      error,
    );
  }
}
