import { readdirSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { openFolder, statFile } from "../../providers/disk/confined.ts";
import { isAbsent } from "../../providers/disk/errno.ts";
import type { Ignore } from "./ignore.ts";
import { fingerprintOf } from "./local-file.ts";

/**
 * Looks at every plain file below `root`, without reading it; symbolic links, pipes and devices are passed over.
 *
 * The folder is looked at again and again instead of being watched: Node's recursive `fs.watch` on Linux is made of one
 * inotify watch for each folder, misses what happens while a new folder is being added, and hears nothing on network
 * and FUSE file systems, so a scan would be needed beside it all the same. Libraries that watch have the same gaps.
 *
 * @returns the files' fingerprints by path.
 * @throws the system's error when `root` or a folder below it cannot be read: what is in it must not be taken for gone.
 */
export async function scanFolder(root: string, ignore: Ignore): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const waiting: string[][] = [[]];
  for (let names = waiting.pop(); names !== undefined; names = waiting.pop()) {
    const folders = look(root, names, ignore, found);
    waiting.push(...folders);
    // The calls in between are synchronous: a third of the processor time that the thread pool would take.
    await setImmediate();
  }
  return found;
}

/** Notes a folder's files, and answers with the folders in it. */
function look(
  root: string,
  names: readonly string[],
  ignore: Ignore,
  found: Map<string, string>,
): string[][] {
  const folders: string[][] = [];
  try {
    const folder = openFolder(root, names);
    try {
      for (const entry of readdirSync(folder.path, { withFileTypes: true })) {
        const inner = [...names, entry.name];
        const path = inner.join("/");
        if (ignore(path)) continue;
        if (entry.isDirectory()) folders.push(inner);
        const stats = entry.isFile() ? statFile(folder, entry.name) : undefined;
        if (stats !== undefined) found.set(path, fingerprintOf(stats));
      }
    } finally {
      folder.close();
    }
  } catch (error) {
    // Removed since it was listed.
    if (names.length === 0 || !isAbsent(error)) throw error;
  }
  return folders;
}
