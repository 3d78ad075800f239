import { readdir } from "node:fs/promises";
import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import { type Folder, openFolder } from "../../providers/disk/confined.ts";

/** What a folder holds, in key order: a folder's name ends in `/`, which takes part in the order. */
export interface Entries {
  readonly folder: Folder;
  readonly names: readonly string[];
  /** What is neither file nor folder. */
  readonly others: readonly string[];
}

/** Opens and reads one folder; the caller closes it. Throws the system's error. */
export async function readEntries(root: string, names: readonly string[]): Promise<Entries> {
  const folder = openFolder(root, names);
  try {
    const found: string[] = [];
    const others: string[] = [];
    for (const entry of await readdir(folder.path, { withFileTypes: true })) {
      if (entry.isFile()) found.push(entry.name);
      else if (entry.isDirectory()) found.push(`${entry.name}/`);
      else others.push(entry.name);
    }
    return { folder, names: sorted(found), others };
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** The engine's own order of strings is much faster, and differs only by surrogates. */
function sorted(names: string[]): string[] {
  return names.some((name) => /[\ud800-\udfff]/.test(name))
    ? names.toSorted(compareKeys)
    : names.toSorted();
}
