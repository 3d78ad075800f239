import { type BigIntStats, rmSync } from "node:fs";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectStat, WriteOptions } from "@remote-storage/core/storage/provider.ts";
import { type ContentTypes, createContentTypes } from "./content-types.ts";
import { etagOf } from "./etag.ts";
import { createFiles, type FilePlace, type Files } from "./files.ts";
import { createLayout, type Layout } from "./layout.ts";
import { createSortedNames, type SortedNames } from "./sorted-names.ts";
import type { Temporary } from "./temporary.ts";
import { createUploads, type Uploads } from "./uploads.ts";

/** One data folder: what the provider and the S3 endpoint both work on. */
export interface Store {
  readonly layout: Layout;
  readonly files: Files;
  readonly types: ContentTypes;
  readonly uploads: Uploads;
  readonly sortedNames: SortedNames;
}

/** Does no I/O. */
export function openStore(dataPath: string, now: () => Date): Store {
  const layout = createLayout(dataPath, now);
  return {
    layout,
    files: createFiles(layout),
    types: createContentTypes(layout),
    uploads: createUploads(layout),
    sortedNames: createSortedNames(now),
  };
}

/** Makes a finished file the object, with its type; on failure the file is removed and the old object stays. */
export function publish(
  store: Store,
  temporary: Temporary,
  key: ObjectKey,
  place: FilePlace,
  { type, ifAbsent = false, ifMatch }: Pick<WriteOptions, "type" | "ifAbsent" | "ifMatch">,
): ObjectStat {
  try {
    if (ifMatch !== undefined && !matches(store, place, ifMatch)) throw changed(place);
    store.files.publish(temporary, place, ifAbsent);
  } catch (error) {
    rmSync(temporary.path, { force: true });
    throw error;
  }
  store.types.keep(place.bucket, key, temporary.stats, type);
  return toStat(store, place.bucket, key, temporary.stats);
}

/** Removes the object, with what is known of it. Checked and removed in one go: no other request comes between. */
export function remove(store: Store, place: FilePlace, ifMatch: string | undefined): void {
  const { bucket, key } = place;
  if (ifMatch !== undefined) {
    if (store.files.stat(bucket, key) === undefined) return;
    if (!matches(store, place, ifMatch)) throw changed(place);
  }
  store.files.remove(bucket, key);
  store.types.forget(bucket, key);
}

function matches({ files }: Store, { bucket, key }: FilePlace, etag: string): boolean {
  const stats = files.stat(bucket, key);
  return stats !== undefined && etagOf(stats) === etag;
}

function changed(place: FilePlace): StorageError {
  return new StorageError("precondition-failed", "the object has another etag", place);
}

export function toStat(
  store: Store,
  bucket: string,
  key: ObjectKey,
  stats: BigIntStats,
): ObjectStat {
  return {
    key,
    size: Number(stats.size),
    etag: etagOf(stats),
    modified: stats.mtime,
    type: store.types.of(bucket, key, stats),
  };
}
