import { createHash, randomUUID } from "node:crypto";
import { lstatSync, renameSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { FileChangedError, fingerprintOf, inFolderOf } from "./local-file.ts";
import { keyOf, type RemoteSide } from "./remote-side.ts";
import type { SyncState } from "./sync-state.ts";

/** An object that has been fetched, whole and on the disk, but has no place yet. */
export interface Arrival {
  readonly hash: string;
  readonly etag: string;
  readonly modified: Date;
  /**
   * Moves it into its place in one step, and answers with the file's fingerprint.
   *
   * @param expected what is there now; absent: nothing.
   * @throws FileChangedError when something else is there; the system's error.
   */
  place(root: string, path: string, expected: string | undefined): string;
  /** Removes it when it was not placed. */
  discard(): void;
}

/** Fetches the object of a path. Throws StorageError, the signal's reason, or the system's error. */
export async function fetchObject(
  side: RemoteSide,
  path: string,
  state: SyncState,
  signal: AbortSignal,
): Promise<Arrival> {
  const key = keyOf(side, path);
  const result = await side.bucket.read(key, { signal });
  if (result.state === "unchanged") throw new Error("no condition was given");
  const { etag, modified, size } = result.stat;
  const part = state.temporary(randomUUID());
  const discard = (): void => rmSync(part, { force: true });
  try {
    const file = await open(part, "wx");
    const { hash, length } = await pour(result.body, file, modified);
    if (length !== size) {
      const place = { provider: "jupyter", operation: "read", bucket: side.bucket.name, key };
      throw new StorageError("unavailable", `the object broke off after ${length} bytes`, place);
    }
    return { hash, etag, modified, place: (...target) => moveInto(part, ...target), discard };
  } catch (error) {
    discard();
    throw error;
  }
}

async function pour(body: ReadableStream<Uint8Array>, file: FileHandle, modified: Date) {
  const sum = createHash("sha256");
  let length = 0;
  try {
    for await (const chunk of body) {
      sum.update(chunk);
      length += chunk.byteLength;
      await file.writeFile(chunk);
    }
    await file.utimes(modified, modified);
    await file.sync();
  } finally {
    await file.close();
  }
  return { hash: sum.digest("hex"), length };
}

function moveInto(part: string, root: string, path: string, expected: string | undefined): string {
  const put = (at: string): string => {
    const present = lstatSync(at, { bigint: true, throwIfNoEntry: false });
    if (present !== undefined && !present.isFile()) {
      throw new Error("a folder, a link or something else here has the name of an object");
    }
    const seen = present && fingerprintOf(present);
    if (seen !== expected) throw new FileChangedError();
    renameSync(part, at);
    return fingerprintOf(lstatSync(at, { bigint: true }));
  };
  return inFolderOf(root, path, (folder, name) => put(folder.at(name)), { create: true });
}
