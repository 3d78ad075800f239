import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import { isAbsent } from "../../providers/disk/errno.ts";
import { statFile } from "../../providers/disk/confined.ts";
import { ESCAPED_FOLDER, keyAt } from "../../providers/disk/names.ts";
import type { LeftOut } from "../source.ts";
import { type Entries, readEntries } from "./entries.ts";
import type { FoundFile, FoundPage } from "./walk.ts";

/**
 * The files under escaped names, by their true keys. They are few and lie in an order of their own, so
 * all of them are read and sorted.
 */
export async function findEscaped(root: string, prefix: string): Promise<FoundPage> {
  const files: FoundFile[] = [];
  const leftOut: LeftOut[] = [];
  const visit = async (folders: readonly string[]): Promise<void> => {
    const entries = await readIfThere(root, folders);
    if (entries === undefined) return;
    try {
      for (const name of entries.names) {
        if (name.endsWith("/")) {
          await visit([...folders, name.slice(0, -1)]);
          continue;
        }
        const key = keyAt({ folders, name });
        const stats = statFile(entries.folder, name);
        if (key === undefined) {
          leftOut.push({
            key: [...folders, name].join("/"),
            reason: "its escaped name stands for no key",
          });
        } else if (stats !== undefined && key.startsWith(prefix)) files.push({ key, stats });
      }
    } finally {
      entries.folder.close();
    }
  };
  await visit([ESCAPED_FOLDER]);
  return { files: files.toSorted((a, b) => compareKeys(a.key, b.key)), leftOut };
}

async function readIfThere(root: string, names: readonly string[]): Promise<Entries | undefined> {
  try {
    return await readEntries(root, names);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
