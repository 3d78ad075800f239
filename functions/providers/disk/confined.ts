import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
} from "node:fs";
import { join } from "node:path";
import { errnoOf, systemError } from "./errno.ts";

/*
 * The one place that turns names into paths. No symbolic link below the root is ever followed, also
 * not one that is put there between a check and its use: each folder is opened with O_NOFOLLOW, and
 * the next name is looked up in the open folder itself through /proc/self/fd, which is what openat(2)
 * does. Where there is no /proc (macOS, Windows) each component is checked before and after
 * the act instead: weaker, since somebody who can swap folders at the right moment may win.
 *
 * The calls are synchronous on purpose: opening a folder takes 2 µs so and 80 µs through the thread
 * pool, and no other request of this process can come between the steps of one act.
 */

/** A folder under the root, held so that what happens to its path meanwhile does not matter. */
export interface Folder {
  /** Names the folder itself. */
  readonly path: string;
  /** The path of one entry of the folder. Throws for anything that is not a single name. */
  at(name: string): string;
  stats(): BigIntStats;
  /** Throws when the folder is no longer what was opened. */
  confirm(): void;
  close(): void;
}

const OPEN_FOLDER = constants.O_RDONLY | constants.O_DIRECTORY;
const OPEN_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const DESCRIPTORS = "/proc/self/fd";

let descriptors: boolean | undefined;

function hasDescriptors(): boolean {
  descriptors ??= existsSync(DESCRIPTORS);
  return descriptors;
}

/**
 * Opens the folder that `names` lead to from `root`, making what is missing with `create`. The root
 * itself may be reached through links; nothing below it may. `held` chooses between the two ways above.
 *
 * @throws the system's error: ENOENT, or ENOTDIR where a file or a symbolic link stands in the way.
 */
export function openFolder(
  root: string,
  names: readonly string[],
  { create = false, held = hasDescriptors() } = {},
): Folder {
  return held ? openHeld(root, names, create) : openChecked(root, names, create);
}

/** Runs `act` on a folder held open for just that long. */
export function inFolder<T>(
  root: string,
  names: readonly string[],
  act: (folder: Folder) => T,
  options: { readonly create?: boolean } = {},
): T {
  const folder = openFolder(root, names, options);
  try {
    const result = act(folder);
    folder.confirm();
    return result;
  } finally {
    folder.close();
  }
}

/** A regular file opened for reading. The caller closes `fd`. */
export interface OpenFile {
  readonly fd: number;
  readonly stats: BigIntStats;
}

/** What is at `name` when that is a regular file; links, folders, pipes and devices count as nothing. */
export function statFile(folder: Folder, name: string): BigIntStats | undefined {
  const stats = lstatSync(folder.at(name), { bigint: true, throwIfNoEntry: false });
  return stats?.isFile() ? stats : undefined;
}

/** Opens a regular file, and nothing else: opening a pipe or a device may already have effects. */
export function openFile(folder: Folder, name: string): OpenFile | undefined {
  if (statFile(folder, name) === undefined) return undefined;
  const fd = openSync(folder.at(name), OPEN_FILE);
  try {
    const stats = fstatSync(fd, { bigint: true });
    folder.confirm();
    if (stats.isFile()) return { fd, stats };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return undefined;
}

/** The path under which an open file can be opened again, whatever its name is by now. */
export function descriptorPath(fd: number): string | undefined {
  return hasDescriptors() ? `${DESCRIPTORS}/${fd}` : undefined;
}

function openHeld(root: string, names: readonly string[], create: boolean): Folder {
  let fd = openSync(root, OPEN_FOLDER);
  try {
    for (const name of names) {
      const next = openChild(`${DESCRIPTORS}/${fd}/${single(name)}`, create);
      closeSync(fd);
      fd = next;
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  const path = `${DESCRIPTORS}/${fd}`;
  return {
    path,
    at: (name) => `${path}/${single(name)}`,
    stats: () => fstatSync(fd, { bigint: true }),
    confirm: () => undefined,
    close: () => {
      closeSync(fd);
    },
  };
}

function openChild(path: string, create: boolean): number {
  for (;;) {
    try {
      return openSync(path, OPEN_FOLDER | constants.O_NOFOLLOW);
    } catch (error) {
      if (!create || errnoOf(error) !== "ENOENT") throw error;
    }
    makeFolder(path);
  }
}

function openChecked(root: string, names: readonly string[], create: boolean): Folder {
  const seen: { readonly path: string; readonly identity: string }[] = [];
  let path = root;
  for (const name of names) {
    path = join(path, single(name));
    if (create && !existsSync(path)) makeFolder(path);
    seen.push({ path, identity: folderIdentity(path) });
  }
  return {
    path,
    at: (name) => join(path, single(name)),
    stats: () => lstatSync(path, { bigint: true }),
    confirm: () => {
      const moved = seen.find((folder) => folderIdentity(folder.path) !== folder.identity);
      if (moved !== undefined) throw systemError("ELOOP", "a folder was replaced during its use");
    },
    close: () => undefined,
  };
}

function folderIdentity(path: string): string {
  const stats = lstatSync(path, { bigint: true });
  if (!stats.isDirectory()) throw systemError("ENOTDIR", "not a folder, or a symbolic link to one");
  return `${stats.dev}:${stats.ino}`;
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
  }
}

/** The last line of defence: names were taken apart and escaped long before. */
function single(name: string): string {
  if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) {
    throw new Error(`not a single name: ${JSON.stringify(name)}`);
  }
  return name;
}
