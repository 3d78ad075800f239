import { posix } from "node:path";
import { statFile } from "../../providers/disk/confined.ts";
import type { Arrival } from "./arrival.ts";
import { inFolderOf } from "./local-file.ts";

/** UTF-8 bytes of a name before its mark: file systems stop at 255 for all of it. */
const LONGEST_NAME = 180;

/**
 * Puts the storage's version of a file beside the one that is here, under a name that says where it comes from, when it
 * was stored, and what is in it: `plot (from storage 2026-11-22 17.30.12, 9f86d081).ipynb`. So a copy that was made
 * before a crash is not made twice.
 *
 * @returns the copy's path.
 */
export function placeCopy(arrival: Arrival, root: string, path: string): string {
  const copy = copyName(path, arrival.modified, arrival.hash);
  const present = inFolderOf(root, copy, statFile);
  if (present === undefined) arrival.place(root, copy, undefined);
  return copy;
}

function copyName(path: string, modified: Date, hash: string): string {
  const { dir, name, ext } = posix.parse(path);
  const at = modified.toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  const short =
    Buffer.byteLength(name) > LONGEST_NAME ? Array.from(name).slice(0, 40).join("") : name;
  return posix.join(dir, `${short} (from storage ${at}, ${hash.slice(0, 8)})${ext}`);
}
