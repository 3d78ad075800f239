import { open, type FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { Offsets } from "@remote-storage/core/http/range.ts";
import { LostEntryError, type Entry, type EntryHeader } from "../cache-store.ts";
import { collect } from "../collect.ts";
import { diskSize } from "./disk-size.ts";
import type { Stored } from "./stored.ts";
import { streamRange } from "./range-stream.ts";
import { readExactly } from "./read-exactly.ts";
import { encodeMeta, encodePrelude, PRELUDE_LENGTH } from "../entry-file.ts";

/** A temporary file that a body arrives in, while others read from it already. */
export interface Fill {
  readonly entry: Entry;
  /** Bytes on disk; right once `receive` is over. */
  readonly size: () => Promise<number>;
  /**
   * Takes the body in. Throws what the body throws, and `LostEntryError` when the disk does not take it or
   * the body has another length than the header says.
   */
  receive(body: ReadableStream<Uint8Array>): Promise<Stored>;
  /** Call once after `receive`: the file is closed when the last reader is done. */
  release(): Promise<void>;
}

/** @throws the error of the file system. */
export async function openFill(path: string, header: EntryHeader): Promise<Fill> {
  const file = await open(path, "wx+", 0o600);
  const meta = encodeMeta(header);
  const offset = PRELUDE_LENGTH + meta.byteLength;
  const { size } = header;
  let written = 0;
  let users = 1;
  let failure: unknown;
  let arrived = Promise.withResolvers<void>();

  function announce(): void {
    arrived.resolve();
    arrived = Promise.withResolvers<void>();
  }

  async function release(): Promise<void> {
    users -= 1;
    if (users === 0) await file.close();
  }

  async function take(body: ReadableStream<Uint8Array>): Promise<Stored> {
    let bodyCrc = 0;
    for await (const chunk of body) {
      if (written + chunk.byteLength > size)
        throw new LostEntryError("the body is longer than said");
      await write(file, chunk, offset + written);
      bodyCrc = crc32(chunk, bodyCrc);
      written += chunk.byteLength;
      announce();
    }
    if (written < size) throw new LostEntryError("the body ended early");
    const { byteLength: metaLength } = meta;
    const prelude = { ...header, metaLength, metaCrc: crc32(meta), bodyCrc };
    await write(file, Buffer.concat([encodePrelude(prelude), meta]), 0);
    return { header, offset, prelude };
  }

  function isAwaited(position: number): boolean {
    return written <= position && failure === undefined;
  }

  /** Bytes that have arrived; waits for the first of them. */
  async function readArrived(position: number, most: number): Promise<Uint8Array> {
    while (isAwaited(position)) await arrived.promise;
    if (written <= position) throw failure;
    return readExactly(file, offset + position, Math.min(most, written - position));
  }

  function read(range: Offsets = { start: 0, end: size - 1 }): ReadableStream<Uint8Array> {
    if (users === 0) throw new LostEntryError("the body has arrived; open the entry again");
    users += 1;
    return streamRange(range, { read: readArrived, end: release });
  }

  return {
    entry: {
      header,
      read: async (range) => read(range),
      bytes: async (range) => collect(read(range)),
    },
    size: async () => diskSize(await file.stat()),
    async receive(body) {
      try {
        return await take(body);
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        announce();
      }
    },
    release,
  };
}

async function write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  try {
    while (done < bytes.byteLength) {
      const { bytesWritten } = await file.write(bytes, done, undefined, position + done);
      done += bytesWritten;
    }
  } catch (error) {
    throw new LostEntryError("the cache's disk does not take more", { cause: error });
  }
}
