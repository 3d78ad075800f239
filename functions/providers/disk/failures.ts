import {
  type ErrorKind,
  type ErrorPlace,
  StorageError,
} from "@remote-storage/core/storage/errors.ts";
import { errnoOf, isAbsent } from "./errno.ts";

interface Meaning {
  readonly kind: ErrorKind;
  readonly message: string;
}

/** What an operator can act on; everything else is `unavailable`. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  EACCES: { kind: "denied", message: "the service may not access this in its data folder" },
  EPERM: { kind: "denied", message: "the file system does not permit this" },
  EROFS: { kind: "denied", message: "the data folder is on a read-only file system" },
  ENOSPC: { kind: "unavailable", message: "no space is left on the disk" },
  EDQUOT: { kind: "unavailable", message: "the disk quota is used up" },
  EFBIG: { kind: "too-large", message: "the file system cannot hold a file this large" },
  EMFILE: { kind: "throttled", message: "too many files are open; try again" },
  ENFILE: { kind: "throttled", message: "too many files are open; try again" },
  EXDEV: {
    kind: "unavailable",
    message:
      "the bucket's folder is on another file system than DATA_PATH/.remote-storage; mount the whole of DATA_PATH instead",
  },
};

/** Turns whatever a disk operation threw into a StorageError; an abort's own reason passes as it is. */
export function toStorageError(error: unknown, place: ErrorPlace, signal?: AbortSignal): unknown {
  if (error instanceof StorageError) return error;
  if (signal?.aborted === true && error === signal.reason) return error;
  const meaning = MEANINGS[errnoOf(error) ?? ""];
  if (meaning !== undefined) return new StorageError(meaning.kind, meaning.message, place, error);
  if (isAbsent(error))
    return new StorageError("not-found", "there is no such object", place, error);
  return new StorageError("unavailable", "the disk failed", place, error);
}
