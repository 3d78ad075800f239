import type { BigIntStats } from "node:fs";
import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import { statFile } from "../../providers/disk/confined.ts";
import { ESCAPED_FOLDER } from "../../providers/disk/names.ts";
import type { LeftOut } from "../source.ts";
import { type Entries, readEntries } from "./entries.ts";
import { findEscaped } from "./escaped.ts";

export interface FoundFile {
  readonly key: string;
  readonly stats: BigIntStats;
}

export interface FoundPage {
  readonly files: readonly FoundFile[];
  readonly leftOut: readonly LeftOut[];
}

const PAGE = 500;

/** A folder that is being gone through. */
interface Level extends Entries {
  /** The keys of its files begin so: empty, or ending in `/`. */
  readonly base: string;
  next: number;
}

/**
 * All files below a folder in the order of their keys, those under escaped names among them. What cannot
 * be an object is told: symbolic links, pipes, names that are not UTF-8, folders that may not be read. What
 * disappears meanwhile is not.
 *
 * @throws the system's error when the root cannot be read.
 */
export async function* walk(root: string, prefix: string): AsyncGenerator<FoundPage> {
  const escaped = await findEscaped(root, prefix);
  let nextEscaped = 0;
  let files: FoundFile[] = [];
  let leftOut: LeftOut[] = [...escaped.leftOut];
  /** Those that come before the key; a file under its own name hides the escaped one. */
  const addEscaped = (before: string | undefined): void => {
    for (; nextEscaped < escaped.files.length; nextEscaped++) {
      const file = escaped.files[nextEscaped];
      if (file === undefined) return;
      const order = before === undefined ? -1 : compareKeys(file.key, before);
      if (order > 0) return;
      if (order < 0) files.push(file);
    }
  };

  const levels: Level[] = [{ ...(await readEntries(root, [])), base: "", next: 0 }];
  leftOut.push(...strangers(levels[0], prefix));
  try {
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const name = level.names[level.next++];
      if (name === undefined) {
        level.folder.close();
        levels.pop();
        continue;
      }
      const key = level.base + name;
      if (!mayHold(key, prefix) || key === `${ESCAPED_FOLDER}/`) continue;
      if (name.endsWith("/")) {
        const inner = await enter(level, name.slice(0, -1), key);
        if ("reason" in inner) {
          leftOut.push(inner);
        } else {
          levels.push(inner);
          leftOut.push(...strangers(inner, prefix));
        }
        continue;
      }
      const stats = statFile(level.folder, name);
      if (stats !== undefined) {
        addEscaped(key);
        files.push({ key, stats });
      } else if (name.includes(REPLACEMENT)) {
        leftOut.push({ key, reason: NOT_UTF8 });
      }
      if (files.length + leftOut.length >= PAGE) {
        yield { files, leftOut };
        files = [];
        leftOut = [];
      }
    }
  } finally {
    for (const { folder } of levels) folder.close();
  }
  addEscaped(undefined);
  yield { files, leftOut };
}

/** Bytes that are not UTF-8 are read as this. */
const REPLACEMENT = "\u{fffd}";
const NOT_UTF8 = "its name is not UTF-8";

async function enter({ folder }: Level, name: string, base: string): Promise<Level | LeftOut> {
  try {
    return { ...(await readEntries(folder.path, [name])), base, next: 0 };
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const reason = name.includes(REPLACEMENT) ? NOT_UTF8 : `the folder cannot be read: ${why}`;
    return { key: base, reason };
  }
}

function strangers(level: Level | undefined, prefix: string): LeftOut[] {
  if (level === undefined) return [];
  return level.others
    .map((name) => ({
      key: level.base + name,
      reason: "no regular file: a symbolic link or a device",
    }))
    .filter(({ key }) => key.startsWith(prefix));
}

/** True for a key with the prefix, and for a folder (ending in `/`) that may hold one. */
function mayHold(path: string, prefix: string): boolean {
  return path.startsWith(prefix) || (path.endsWith("/") && prefix.startsWith(path));
}
