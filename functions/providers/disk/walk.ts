import type { BigIntStats } from "node:fs";
import { readdir } from "node:fs/promises";
import { type Folder, openFolder, statFile } from "./confined.ts";
import { isAbsent } from "./errno.ts";
import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import { ESCAPED_FOLDER, keyAt } from "./names.ts";
import { firstFrom, type SortedNames } from "./sorted-names.ts";

export interface Found {
  readonly key: string;
  readonly stats: BigIntStats;
}

/** Which keys a walk is for. `skip` may be set while the walk is under way: what is below it is passed over. */
export interface Wanted {
  readonly prefix: string;
  /** Keys up to this one, and itself, have been listed already. */
  readonly after: string;
  skip: string | undefined;
}

/**
 * The objects of a bucket's folder in the order of their keys' UTF-8 bytes. Only folders that may
 * hold wanted keys are read. What disappears during the walk is left out.
 */
export async function* walk(
  root: string,
  bucket: string,
  wanted: Wanted,
  sortedNames: SortedNames,
): AsyncGenerator<Found> {
  const direct = walkFolder(root, bucket, "", wanted, sortedNames);
  const escaped = walkEscaped(root, bucket, wanted);
  try {
    let left = await direct.next();
    let right = await escaped.next();
    for (;;) {
      const order =
        left.done === true || right.done === true
          ? Number(left.done ?? false) - Number(right.done ?? false)
          : compareKeys(left.value.key, right.value.key);
      if (order <= 0) {
        if (left.done === true) return;
        yield left.value;
        left = await direct.next();
        // The file under its own name hides the escaped one.
        if (order === 0) right = await escaped.next();
      } else {
        if (right.done === true) return;
        yield right.value;
        right = await escaped.next();
      }
    }
  } finally {
    await direct.return(undefined);
    await escaped.return(undefined);
  }
}

async function* walkFolder(
  parent: string,
  name: string,
  base: string,
  wanted: Wanted,
  sortedNames: SortedNames,
): AsyncGenerator<Found> {
  const folder = openIfThere(parent, [name]);
  if (folder === undefined) return;
  try {
    const names = await sortedNames(folder);
    for (let index = firstFrom(names, startIn(base, wanted)); index < names.length; index++) {
      const entry = names[index] ?? "";
      const path = base + entry;
      if (isBeyond(path, wanted)) return;
      if (!mayHold(path, wanted) || path === `${ESCAPED_FOLDER}/`) continue;
      if (entry.endsWith("/")) {
        yield* walkFolder(folder.path, entry.slice(0, -1), path, wanted, sortedNames);
      } else {
        const stats = statFile(folder, entry);
        if (stats !== undefined) yield { key: path, stats };
      }
    }
  } finally {
    folder.close();
  }
}

/** The first name in a folder that may matter: that of the prefix or of where the last page ended. */
function startIn(base: string, { prefix, after }: Wanted): string {
  const from = compareKeys(after, prefix) > 0 ? after : prefix;
  if (!from.startsWith(base)) return "";
  const slash = from.indexOf("/", base.length);
  return from.slice(base.length, slash === -1 ? undefined : slash + 1);
}

/** True when this path and all after it come after every key with the prefix. */
function isBeyond(path: string, { prefix }: Wanted): boolean {
  return !path.startsWith(prefix) && compareKeys(path, prefix) > 0;
}

/** True for a wanted key, and for the path (ending in `/`) of a folder that may hold one. */
function mayHold(path: string, { prefix, after, skip }: Wanted): boolean {
  if (skip !== undefined && path.startsWith(skip)) return false;
  const isFolder = path.endsWith("/");
  if (!path.startsWith(prefix) && !(isFolder && prefix.startsWith(path))) return false;
  return compareKeys(path, after) > 0 || (isFolder && after.startsWith(path));
}

/** Escaped names are few and in an order of their own, so all of them are read and sorted. */
async function* walkEscaped(root: string, bucket: string, wanted: Wanted): AsyncGenerator<Found> {
  const found: Found[] = [];
  const visit = async (names: readonly string[]): Promise<void> => {
    const folder = openIfThere(root, [bucket, ...names]);
    if (folder === undefined) return;
    try {
      for (const entry of await readdir(folder.path, { withFileTypes: true })) {
        if (entry.isDirectory()) await visit([...names, entry.name]);
        if (!entry.isFile()) continue;
        const key = keyAt({ folders: names, name: entry.name });
        if (key === undefined || !isWantedKey(key, wanted)) continue;
        const stats = statFile(folder, entry.name);
        if (stats !== undefined) found.push({ key, stats });
      }
    } finally {
      folder.close();
    }
  };
  await visit([ESCAPED_FOLDER]);
  found.sort((left, right) => compareKeys(left.key, right.key));
  for (const object of found) if (isWantedKey(object.key, wanted)) yield object;
}

function isWantedKey(key: string, { prefix, after, skip }: Wanted): boolean {
  if (skip !== undefined && key.startsWith(skip)) return false;
  return key.startsWith(prefix) && compareKeys(key, after) > 0;
}

function openIfThere(root: string, names: readonly string[]): Folder | undefined {
  try {
    return openFolder(root, names);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
