import { mkdirSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type ErrorPlace, StorageError } from "@remote-storage/core/storage/errors.ts";

/** One path segment that no system treats specially; a leading dot is kept for the service's own folders. */
const BUCKET_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,254}$/;

const HOUR = 3_600_000;

/** Milliseconds without a byte after which nobody is still writing an unfinished file. */
const TEMPORARY_LIFE = 24 * HOUR;

/** Milliseconds without a new part after which an upload counts as given up. */
const UPLOAD_LIFE = 7 * 24 * HOUR;

/** The folders below `DATA_PATH`. */
export interface Layout {
  /** Holds the buckets' folders, and nothing of the service. Links on the way to it are resolved. */
  storage(): string;
  /** A path in the service's own folder; nothing is made, so that a read-only disk can be read. */
  own(...names: readonly string[]): string;
  /** A folder in the service's own (mode 0700), made when missing. */
  makeOwn(...names: readonly string[]): string;
  /** The folder of unfinished files. The first call clears away what a crash left there long ago. */
  temporary(): string;
}

/**
 * `storage/<bucket>` below the data path holds objects; `.remote-storage` beside it what belongs to the
 * service alone: unfinished files, uploads in parts, content types. Does no I/O until asked.
 */
export function createLayout(dataPath: string, now: () => Date): Layout {
  const own = (...names: readonly string[]): string => join(dataPath, ".remote-storage", ...names);
  const makeOwn = (...names: readonly string[]): string => {
    const path = own(...names);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  let storage: string | undefined;
  let temporary: string | undefined;
  return {
    own,
    makeOwn,
    storage: () => {
      if (storage === undefined) {
        const path = join(dataPath, "storage");
        mkdirSync(path, { recursive: true });
        storage = realpathSync(path);
      }
      return storage;
    },
    temporary: () => {
      if (temporary === undefined) {
        temporary = makeOwn("tmp");
        removeOlder(temporary, now().getTime() - TEMPORARY_LIFE);
        removeOlder(makeOwn("uploads"), now().getTime() - UPLOAD_LIFE);
      }
      return temporary;
    },
  };
}

/** Throws `no-bucket` for a name that could mean anything but one folder. */
export function checkBucketName(place: ErrorPlace & { readonly bucket: string }): void {
  if (BUCKET_NAME.test(place.bucket)) return;
  throw new StorageError("no-bucket", "there is no such bucket", place);
}

function removeOlder(folder: string, time: number): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && stats.mtimeMs < time) rmSync(path, { recursive: true, force: true });
  }
}
