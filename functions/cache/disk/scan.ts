import { closeSync, fstatSync, openSync, readSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { entryName, placeText } from "../entry-key.ts";
import { diskSize } from "./disk-size.ts";
import type { IndexRecord } from "./disk-index.ts";
import { decodeHeader, decodePrelude, PRELUDE_LENGTH } from "../entry-file.ts";
import { FOLDERS, isTemporary } from "./layout.ts";

/** Files looked at before others get their turn: about a millisecond. */
const BATCH = 32;

/** Bytes that hold nearly every header. */
const HEAD = 2048;

/** A file of the cache. */
export interface Found {
  readonly name: string;
  readonly record: IndexRecord;
  /** When it was last used, as noted in the file system. */
  readonly used: number;
}

/**
 * Finds the entries below a folder. What is broken, expired, or was never finished by an earlier process is
 * removed; `owner` marks this process's temporary files (absent: nobody's are removed), `known` tells the names that need no look.
 * Calls to the file system are synchronous, since thousands of small ones cost several times less so.
 */
export async function* scan(
  root: string,
  now: () => number,
  owner: string | undefined,
  known: (name: string) => boolean,
): AsyncGenerator<readonly Found[]> {
  let batch: Found[] = [];
  let looked = 0;
  for (const folder of FOLDERS) {
    for (const file of filesOf(join(root, folder))) {
      const path = join(root, folder, file);
      if (isTemporary(file)) {
        if (owner !== undefined && !file.includes(`.${owner}.`)) remove(path);
      } else if (!known(file)) {
        const found = tryLook(path, file, now());
        if (found === undefined) remove(path);
        else batch.push(found);
      }
      looked += 1;
      if (looked % BATCH === 0) {
        yield batch;
        batch = [];
        await setImmediate();
      }
    }
  }
  yield batch;
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** A file that cannot be read is no entry. */
function tryLook(path: string, name: string, now: number): Found | undefined {
  try {
    return look(path, name, now);
  } catch {
    return undefined;
  }
}

function look(path: string, name: string, now: number): Found | undefined {
  const file = openSync(path, "r");
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return undefined;
    const head = Buffer.allocUnsafe(HEAD);
    const prelude = decodePrelude(head.subarray(0, readSync(file, head, 0, HEAD, 0)));
    if (prelude === undefined || prelude.expires <= now) return undefined;
    const end = PRELUDE_LENGTH + prelude.metaLength;
    if (stat.size !== end + prelude.size) return undefined;
    const meta =
      end <= HEAD ? head.subarray(PRELUDE_LENGTH, end) : Buffer.alloc(prelude.metaLength);
    if (end > HEAD) readSync(file, meta, 0, prelude.metaLength, PRELUDE_LENGTH);
    const header = decodeHeader(prelude, meta);
    if (header === undefined || entryName(header.key) !== name) return undefined;
    const record = {
      size: diskSize(stat),
      expires: header.expires,
      place: placeText(header.key.place),
      touched: stat.mtimeMs,
      sound: false,
      readers: 0,
    };
    return { name, record, used: stat.mtimeMs };
  } finally {
    closeSync(file);
  }
}

function remove(path: string): void {
  rmSync(path, { force: true, recursive: true });
}
