import { type BigIntStats, rmSync } from "node:fs";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
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
  { type, ifAbsent = false }: Pick<WriteOptions, "type" | "ifAbsent">,
): ObjectStat {
  try {
    store.files.publish(temporary, place, ifAbsent);
  } catch (error) {
    rmSync(temporary.path, { force: true });
    throw error;
  }
  store.types.keep(place.bucket, key, temporary.stats, type);
  return toStat(store, place.bucket, key, temporary.stats);
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
