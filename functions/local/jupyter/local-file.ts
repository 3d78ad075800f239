import { createHash } from "node:crypto";
import { type BigIntStats, closeSync, fstatSync, read } from "node:fs";
import { promisify } from "node:util";
import { type Folder, inFolder, openFile, statFile } from "../../providers/disk/confined.ts";

const CHUNK_BYTES = 256 * 1024;

const readBytes = promisify(read);

/** A file is no longer what was seen of it: somebody is writing, so it is left to the next round. */
export class FileChangedError extends Error {
  override readonly name = "FileChangedError";

  constructor() {
    super("the file is being changed");
  }
}

/** True also for the error of a store to which the file was being sent. */
export function isChanging(error: unknown): boolean {
  if (error instanceof FileChangedError) return true;
  return error instanceof Error && error.cause instanceof FileChangedError;
}

/** Tells without reading it whether a file may have changed: every change of content alters it. */
export function fingerprintOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return [size, mtimeNs, ctimeNs, ino].map((part) => part.toString(36)).join("-");
}

/** A file that was seen in the notebook folder. */
export interface SeenFile {
  readonly root: string;
  /** With `/` between folders, relative to `root`. */
  readonly path: string;
  readonly fingerprint: string;
}

/** Runs `act` in the folder that holds `path`; no symbolic link below `root` is followed. */
export function inFolderOf<T>(
  root: string,
  path: string,
  act: (folder: Folder, name: string) => T,
  options: { readonly create?: boolean } = {},
): T {
  const folders = path.split("/");
  const name = folders.pop() ?? "";
  return inFolder(root, folders, (folder) => act(folder, name), options);
}

/** SHA-256 of the file. Throws FileChangedError, or the system's error. */
export async function hashOf(file: SeenFile): Promise<string> {
  const sum = createHash("sha256");
  for await (const chunk of chunksOf(file)) sum.update(chunk);
  return sum.digest("hex");
}

/** Bytes of the file. Throws FileChangedError. */
export function sizeOf({ root, path, fingerprint }: SeenFile): number {
  const stats = inFolderOf(root, path, statFile);
  if (stats === undefined || fingerprintOf(stats) !== fingerprint) throw new FileChangedError();
  return Number(stats.size);
}

/** The file's bytes; it fails with FileChangedError at the end, before anything is stored, when they are others. */
export async function* bytesOf(file: SeenFile, hash: string): AsyncGenerator<Uint8Array> {
  const sum = createHash("sha256");
  for await (const chunk of chunksOf(file)) {
    sum.update(chunk);
    yield chunk;
  }
  if (sum.digest("hex") !== hash) throw new FileChangedError();
}

async function* chunksOf({ root, path, fingerprint }: SeenFile): AsyncGenerator<Uint8Array> {
  const file = inFolderOf(root, path, openFile);
  if (file === undefined) throw new FileChangedError();
  const { fd } = file;
  const confirm = (stats: BigIntStats): void => {
    if (fingerprintOf(stats) !== fingerprint) throw new FileChangedError();
  };
  try {
    confirm(file.stats);
    for (let at = 0; ;) {
      const { bytesRead, buffer } = await readBytes(
        fd,
        new Uint8Array(CHUNK_BYTES),
        0,
        CHUNK_BYTES,
        at,
      );
      if (bytesRead === 0) break;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    confirm(fstatSync(fd, { bigint: true }));
  } finally {
    closeSync(fd);
  }
}
