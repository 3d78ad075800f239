import { type BigIntStats, linkSync, lstatSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { StorageError, type ErrorPlace } from "@remote-storage/core/storage/errors.ts";
import { type Folder, inFolder, openFile, type OpenFile, statFile } from "./confined.ts";
import { errnoOf, isAbsent } from "./errno.ts";
import type { Layout } from "./layout.ts";
import { directPlace, escapedPlace, type Place } from "./names.ts";
import type { Temporary } from "./temporary.ts";

/** Other processes may prune the folder that was just made; each round makes it again. */
const MAX_ROUNDS = 100;

/** Objects as files: which file is a key's, and how it appears and goes in one step. */
export interface Files {
  stat(bucket: string, key: string): BigIntStats | undefined;
  open(bucket: string, key: string): OpenFile | undefined;
  /** Moves a finished file to its key. `precondition-failed` when `ifAbsent` and the key is taken. */
  publish(temporary: Temporary, place: FilePlace, ifAbsent: boolean): void;
  remove(bucket: string, key: string): void;
}

export type FilePlace = ErrorPlace & { readonly bucket: string; readonly key: string };

/**
 * A key lies under its own name, or under an escaped one when that cannot be: because of the key
 * itself, or since a folder stands where its file should (`a` beside `a/b`) or the other way round.
 * A file under its own name counts before an escaped one.
 */
export function createFiles(layout: Pick<Layout, "storage">): Files {
  const find = <T>(
    bucket: string,
    key: string,
    look: (folder: Folder, name: string) => T | undefined,
  ): T | undefined => {
    for (const place of placesOf(key)) {
      try {
        const found = inFolder(layout.storage(), [bucket, ...place.folders], (folder) =>
          look(folder, place.name),
        );
        if (found !== undefined) return found;
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    }
    return undefined;
  };

  const unlink = (bucket: string, place: Place): void => {
    const names = [bucket, ...place.folders];
    try {
      const found = inFolder(layout.storage(), names, (folder) => {
        if (statFile(folder, place.name) === undefined) return false;
        unlinkSync(folder.at(place.name));
        return true;
      });
      if (found) prune(layout.storage(), names);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  };

  return {
    stat: (bucket, key) => find(bucket, key, statFile),
    open: (bucket, key) => find(bucket, key, openFile),
    publish: (temporary, place, ifAbsent) => {
      // The file under the other name would not be seen by link(2).
      if (ifAbsent && find(place.bucket, place.key, statFile) !== undefined) throw taken(place);
      const escaped = escapedPlace(place.key);
      const direct = directPlace(place.key);
      const root = layout.storage();
      if (direct !== undefined && put(root, temporary, place, direct, ifAbsent)) {
        unlink(place.bucket, escaped);
        return;
      }
      if (put(root, temporary, place, escaped, ifAbsent)) return;
      throw new StorageError("denied", "the bucket's folder is a link or not a folder", place);
    },
    remove: (bucket, key) => {
      // The escaped one first: a crash in between must not bring an older object back to light.
      unlink(bucket, escapedPlace(key));
      const direct = directPlace(key);
      if (direct !== undefined) unlink(bucket, direct);
    },
  };
}

/** One after the other: escaping costs as much as opening, and is hardly ever needed. */
function* placesOf(key: string): Generator<Place> {
  const direct = directPlace(key);
  if (direct !== undefined) yield direct;
  yield escapedPlace(key);
}

/** False when something that is no file of ours keeps this place from being used. */
function put(
  root: string,
  temporary: Temporary,
  of: FilePlace,
  place: Place,
  ifAbsent: boolean,
): boolean {
  const names = [of.bucket, ...place.folders];
  for (let round = 1; ; round++) {
    try {
      return inFolder(
        root,
        names,
        (folder) => {
          const path = folder.at(place.name);
          if (!ifAbsent) renameSync(temporary.path, path);
          else if (isFolder(path)) return false;
          else link(temporary.path, path, of);
          return true;
        },
        { create: true },
      );
    } catch (error) {
      const code = errnoOf(error);
      if (code === "ENOENT" && round < MAX_ROUNDS) continue;
      if (code !== "ENOENT" && isAbsent(error)) return false;
      throw error;
    }
  }
}

/** link(2), unlike rename(2), refuses to replace: of many writers exactly one gets through. */
function link(from: string, to: string, place: FilePlace): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") throw taken(place);
    throw error;
  }
  unlinkSync(from);
}

function taken(place: FilePlace): StorageError {
  return new StorageError("precondition-failed", "the key is taken already", place);
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Removes the folders that have become empty, up to the bucket's own, as object stores have none. */
function prune(root: string, [bucket = "", ...names]: readonly string[]): void {
  try {
    inFolder(root, [bucket], (folder) => {
      removeEmpty(folder, names);
    });
  } catch {
    // The first folder that is not empty ends it. An empty one that stays is no object, so no harm.
    return;
  }
}

/** From the innermost outwards, each folder opened once however deep the path is. */
function removeEmpty(parent: Folder, [name, ...inner]: readonly string[]): void {
  if (name === undefined) return;
  try {
    inFolder(parent.path, [name], (folder) => {
      removeEmpty(folder, inner);
    });
    rmdirSync(parent.at(name));
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
