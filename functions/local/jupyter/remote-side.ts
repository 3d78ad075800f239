import { type ObjectKey, parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import type { Ignore } from "./ignore.ts";

/** Where in the storage the notebooks are. */
export interface RemoteSide {
  readonly bucket: Bucket;
  /** Empty, or ending in `/`. */
  readonly prefix: string;
}

/** Throws InvalidKeyError for a path that is too long or not well-formed Unicode. */
export function keyOf({ prefix }: RemoteSide, path: string): ObjectKey {
  return parseKey(prefix + path);
}

/** What a listing gives. */
export interface Listed {
  /** Etags by path. */
  readonly objects: ReadonlyMap<string, string>;
  /** Keys below the prefix that no file of a folder can have, such as `a//b` or `a/`. */
  readonly unfit: readonly string[];
}

/** All objects below the prefix but the ignored ones. Throws StorageError. */
export async function listRemote(
  { bucket, prefix }: RemoteSide,
  ignore: Ignore,
  signal: AbortSignal,
): Promise<Listed> {
  const objects = new Map<string, string>();
  const unfit: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, signal, ...(cursor !== undefined && { cursor }) });
    for (const { key, etag } of page.objects) {
      const path = key.slice(prefix.length);
      if (!isPath(path)) unfit.push(key);
      else if (!ignore(path)) objects.set(path, etag);
    }
    ({ cursor } = page);
  } while (cursor !== undefined);
  return { objects, unfit };
}

function isPath(path: string): boolean {
  return path.split("/").every((name) => !["", ".", ".."].includes(name) && !name.includes("\0"));
}
