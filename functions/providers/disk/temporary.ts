import { randomUUID } from "node:crypto";
import { type BigIntStats, createReadStream, rmSync } from "node:fs";
import { constants, copyFile, type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { type ErrorPlace, StorageError } from "@remote-storage/core/storage/errors.ts";
import { descriptorPath } from "./confined.ts";

/** A whole, synced file that no reader sees yet. */
export interface Temporary {
  readonly path: string;
  readonly stats: BigIntStats;
}

export interface FillOptions {
  readonly place: ErrorPlace;
  /** Bytes; another length is refused. */
  readonly size?: number;
  readonly signal?: AbortSignal;
}

/**
 * Writes a body to a new file in `folder` and syncs it. The sync comes before the rename that
 * publishes the file: otherwise a power cut may leave an empty or torn object under the real name,
 * with the old one gone. The rename itself is not synced: after a power cut either object is whole.
 *
 * @throws StorageError `invalid-request` when the body breaks off or has another length, the
 * signal's reason, or the system's error; the file is gone then.
 */
export function fillTemporary(
  folder: string,
  body: ReadableStream<Uint8Array> | Uint8Array,
  options: FillOptions,
): Promise<Temporary> {
  return makeTemporary(folder, async (path) => {
    const file = await open(path, "wx");
    try {
      await pour(body, file, options);
      return await settle(file);
    } finally {
      await file.close();
    }
  });
}

/** Copies an open file; where the file system can share blocks (Btrfs, XFS) no byte is moved. */
export function copyTemporary(folder: string, fd: number): Promise<Temporary> {
  return makeTemporary(folder, async (path) => {
    const source = descriptorPath(fd);
    if (source !== undefined) {
      await copyFile(source, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    }
    // A copy keeps its source's mode, which may forbid writing.
    const file = await open(path, source === undefined ? "wx" : "r");
    try {
      if (source === undefined) {
        await file.writeFile(createReadStream("", { fd, start: 0, autoClose: false }));
      }
      return await settle(file);
    } finally {
      await file.close();
    }
  });
}

/** Joins files into one. */
export function joinTemporary(folder: string, paths: readonly string[]): Promise<Temporary> {
  return makeTemporary(folder, async (path) => {
    const file = await open(path, "wx");
    try {
      for (const part of paths) await file.writeFile(createReadStream(part));
      return await settle(file);
    } finally {
      await file.close();
    }
  });
}

async function makeTemporary(
  folder: string,
  fill: (path: string) => Promise<BigIntStats>,
): Promise<Temporary> {
  const path = join(folder, randomUUID());
  try {
    return { path, stats: await fill(path) };
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

async function pour(
  body: ReadableStream<Uint8Array> | Uint8Array,
  file: FileHandle,
  { place, size, signal }: FillOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const refuse = (written: number): StorageError =>
    new StorageError("invalid-request", `the body has ${written} bytes, not ${size}`, place);

  if (body instanceof Uint8Array) {
    if (size !== undefined && size !== body.byteLength) throw refuse(body.byteLength);
    await file.writeFile(body);
    return;
  }

  const reader = body.getReader();
  // A client that falls silent leaves a read pending for ever: cancelling ends it at once.
  const stop = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    let written = 0;
    for (;;) {
      const { done, value } = await read(reader, place);
      signal?.throwIfAborted();
      if (done) break;
      written += value.byteLength;
      if (size !== undefined && written > size) throw refuse(written);
      await file.writeFile(value);
    }
    if (size !== undefined && written !== size) throw refuse(written);
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>, place: ErrorPlace) {
  try {
    return await reader.read();
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw new StorageError("invalid-request", "the body broke off", place, error);
  }
}

/** The latest modification time given out, of the whole process: all writers share one file system. */
let latest = 0n;

/** In nanoseconds. Further back than this the clock was set back, and time starts anew from there. */
const CLOCK_WAS_SET = 1_000_000_000n;

/**
 * Syncs the file, and makes its modification time later than that of every earlier one: the kernel's
 * clock ticks every few milliseconds and inodes are used again, so without it two objects written
 * one after the other could have the same etag.
 */
async function settle(file: FileHandle): Promise<BigIntStats> {
  const stats = await file.stat({ bigint: true });
  if (stats.mtimeNs > latest || latest - stats.mtimeNs > CLOCK_WAS_SET) {
    latest = stats.mtimeNs;
    await file.datasync();
    return stats;
  }
  // A double of seconds resolves a quarter of a microsecond.
  latest += 1_000n;
  const seconds = Number(latest) / 1e9;
  await file.utimes(seconds, seconds);
  await file.datasync();
  const settled = await file.stat({ bigint: true });
  if (settled.mtimeNs > latest) latest = settled.mtimeNs;
  return settled;
}
