import { readdir } from "node:fs/promises";
import type { Folder } from "./confined.ts";
import { compareKeys } from "@remote-storage/core/storage/key-order.ts";

/** The names in a folder in key order; those of folders end in `/`, which takes part in the order. */
export type SortedNames = (folder: Folder) => Promise<readonly string[]>;

/** Smaller folders are read again faster than it is worth keeping them. */
const WORTH_KEEPING = 1000;

/** Folders kept: enough for a few listings at a time, each in one large folder. */
const MAX_KEPT = 4;

/** Milliseconds that a folder must have been left alone: its time is too coarse to show two changes in one tick. */
const SETTLED = 2000;

/**
 * Reads and sorts folders, and keeps the last large ones as long as they are unchanged: else each page
 * of a folder of a hundred thousand images would read and sort all of it again.
 */
export function createSortedNames(now: () => Date): SortedNames {
  const kept = new Map<string, readonly string[]>();
  return async (folder) => {
    const { dev, ino, mtimeNs, ctimeNs, mtimeMs } = folder.stats();
    const version = `${dev}:${ino}:${mtimeNs}:${ctimeNs}`;
    const known = kept.get(version);
    if (known !== undefined) {
      // Given back to the end, where the longest unused ones are not.
      kept.delete(version);
      kept.set(version, known);
      return known;
    }
    const names = await readSorted(folder);
    if (names.length >= WORTH_KEEPING && now().getTime() - Number(mtimeMs) > SETTLED) {
      kept.set(version, names);
      for (const oldest of kept.keys()) if (kept.size > MAX_KEPT) kept.delete(oldest);
    }
    return names;
  };
}

/** The index of the first name that is not before `wanted`. */
export function firstFrom(names: readonly string[], wanted: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(names[middle] ?? "", wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function readSorted(folder: Folder): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(folder.path, { withFileTypes: true })) {
    if (entry.isFile()) names.push(entry.name);
    else if (entry.isDirectory()) names.push(`${entry.name}/`);
  }
  // The engine's own order of strings is much faster, and differs only by surrogates.
  const sorted = names.some((name) => /[\ud800-\udfff]/.test(name))
    ? names.toSorted(compareKeys)
    : names.toSorted();
  // Names that are not UTF-8 are read as U+FFFD, which may then stand there twice; no key leads to them.
  return sorted.filter((name, index) => name !== sorted[index - 1]);
}
