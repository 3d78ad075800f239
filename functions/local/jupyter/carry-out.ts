import { unlinkSync } from "node:fs";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import mime from "mime";
import { statFile } from "../../providers/disk/confined.ts";
import { fetchObject } from "./arrival.ts";
import { placeCopy } from "./copy-name.ts";
import { bytesOf, FileChangedError, fingerprintOf, inFolderOf, sizeOf } from "./local-file.ts";
import { type Action, decide } from "./plan.ts";
import { keyOf, type RemoteSide } from "./remote-side.ts";
import type { SyncState } from "./sync-state.ts";

/** What actions work on. */
export interface Sides {
  readonly root: string;
  readonly remote: RemoteSide;
  readonly state: SyncState;
  readonly signal: AbortSignal;
}

/** What was done, in the end: another machine's change may have made it something else than was planned. */
export interface Deed {
  readonly kind: Action["kind"];
  readonly path: string;
  /** Where the storage's version of a file lies now whose own version differs. */
  readonly copy?: string;
}

/**
 * Carries one action out and notes it in the state. What the storage has is changed only while it is as it was seen
 * last; when it is not, what is there decides anew, once.
 *
 * @param seen the file's fingerprint when it was planned; absent: there was none.
 * @throws StorageError; FileChangedError when the file is being changed, and the next round has to see; the system's error.
 */
export async function carryOut(
  action: Action,
  seen: string | undefined,
  sides: Sides,
): Promise<Deed> {
  try {
    return await attempt(action, seen, sides);
  } catch (error) {
    if (!isRefused(error)) throw error;
    const { path } = action;
    const remote = await etagOf(sides, path);
    const local = "hash" in action && action.kind !== "remove-local" ? action.hash : undefined;
    const next = decide(path, local, remote, sides.state.files.get(path));
    if (next === undefined) throw error;
    return attempt(next, seen, sides);
  }
}

async function attempt(action: Action, seen: string | undefined, sides: Sides): Promise<Deed> {
  const { root, remote, state, signal } = sides;
  const { kind, path } = action;
  switch (kind) {
    case "upload": {
      const file = { root, path, fingerprint: seen ?? "" };
      const type = mime.getType(path);
      const body = ReadableStream.from(bytesOf(file, action.hash));
      const { etag } = await sides.remote.bucket.write(keyOf(remote, path), body, {
        size: sizeOf(file),
        ...(type !== null && { type }),
        ...(action.replaces === undefined ? { ifAbsent: true } : { ifMatch: action.replaces }),
        signal,
      });
      state.files.set(path, { hash: action.hash, etag, fingerprint: file.fingerprint });
      return { kind, path };
    }
    case "download": {
      const arrival = await fetchObject(remote, path, state, signal);
      const { hash, etag } = arrival;
      try {
        state.files.set(path, { hash, etag, fingerprint: arrival.place(root, path, seen) });
      } finally {
        arrival.discard();
      }
      return { kind, path };
    }
    case "reconcile": {
      const arrival = await fetchObject(remote, path, state, signal);
      const { hash, etag } = arrival;
      try {
        const same = hash === action.hash;
        const copy = same ? undefined : placeCopy(arrival, root, path);
        // From here on the storage's version is one that was seen: the file, when it differs, replaces it next.
        state.files.set(path, { hash, etag, fingerprint: same ? (seen ?? "") : "" });
        return { kind, path, ...(copy !== undefined && { copy }) };
      } finally {
        arrival.discard();
      }
    }
    case "remove-remote":
      await remote.bucket.remove(keyOf(remote, path), { ifMatch: action.etag, signal });
      state.files.delete(path);
      return { kind, path };
    case "remove-local":
      inFolderOf(root, path, (folder, name) => {
        const stats = statFile(folder, name);
        if (stats === undefined || fingerprintOf(stats) !== seen) throw new FileChangedError();
        unlinkSync(folder.at(name));
      });
      state.files.delete(path);
      return { kind, path };
    case "forget":
      state.files.delete(path);
      return { kind, path };
    default:
      return action satisfies never;
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof StorageError && error.kind === "precondition-failed";
}

async function etagOf({ remote, signal }: Sides, path: string): Promise<string | undefined> {
  try {
    return (await remote.bucket.stat(keyOf(remote, path), { signal })).etag;
  } catch (error) {
    if (error instanceof StorageError && error.kind === "not-found") return undefined;
    throw error;
  }
}
