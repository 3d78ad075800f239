import { open, unlink, type FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { Offsets } from "@remote-storage/core/http/range.ts";
import { LostEntryError, type Entry, type EntryHeader, type EntryKey } from "../cache-store.ts";
import { collect } from "../collect.ts";
import { streamRange, toLost } from "./range-stream.ts";
import type { Hot } from "./hot.ts";
import { readExactly } from "./read-exactly.ts";
import {
  decodeHeader,
  decodePrelude,
  encodePrelude,
  PRELUDE_LENGTH,
  type Prelude,
} from "../entry-file.ts";

/** Bytes that a checksum is worked out over at once. */
const PIECE = 1024 * 1024;

/** A file that has been found to be an entry. */
export interface Stored {
  readonly header: EntryHeader;
  /** Where the body begins. */
  readonly offset: number;
  readonly prelude: Prelude;
}

/**
 * Reads and checks a file's header, and with `whole` its body's checksum too.
 *
 * @returns `undefined` for a file that is broken, cut off or another key's.
 * @throws the error of the file system, `ENOENT` included.
 */
export async function readStored(
  path: string,
  key: EntryKey,
  whole: boolean,
): Promise<Stored | undefined> {
  const file = await open(path, "r");
  try {
    const found = await parse(file);
    if (found === undefined || found.header.key.text !== key.text) return undefined;
    const { prelude, header, offset } = found;
    if (whole && (await bodyCrc(file, offset, header.size)) !== prelude.bodyCrc) return undefined;
    return { header, offset, prelude };
  } finally {
    await file.close();
  }
}

async function parse(file: FileHandle) {
  const first = Buffer.alloc(PRELUDE_LENGTH);
  await file.read(first, 0, PRELUDE_LENGTH, 0);
  const prelude = decodePrelude(first);
  if (prelude === undefined) return undefined;
  const meta = Buffer.alloc(prelude.metaLength);
  await file.read(meta, 0, prelude.metaLength, PRELUDE_LENGTH);
  const header = decodeHeader(prelude, meta);
  const offset = PRELUDE_LENGTH + prelude.metaLength;
  if (header === undefined || (await file.stat()).size !== offset + prelude.size) return undefined;
  return { prelude, header, offset };
}

async function bodyCrc(file: FileHandle, offset: number, size: number): Promise<number> {
  let crc = 0;
  for (let position = 0; position < size; position += PIECE) {
    const length = Math.min(PIECE, size - position);
    crc = crc32(await readExactly(file, offset + position, length), crc);
  }
  return crc;
}

/** Notes a confirmation in the file, when it is still of that version. */
export async function confirmStored(path: string, etag: string, at: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    const found = await parse(file);
    if (found === undefined || found.header.etag !== etag) return;
    const prelude: Prelude = { ...found.prelude, confirmed: at };
    await file.write(encodePrelude(prelude), 0, PRELUDE_LENGTH, 0);
  } finally {
    await file.close();
  }
}

/** Told of each reader, so that what is open is not evicted. */
export interface Lease {
  take(): void;
  give(): void;
  /** The file is not what it was. */
  lost(): void;
}

/** Where an entry lies, and what goes with reading it. */
export interface StoredPlace {
  readonly name: string;
  readonly path: string;
  readonly lease: Lease;
  readonly hot: Hot;
}

/** An entry whose reads open the file; that it has been replaced meanwhile is noticed then. */
export function storedEntry(stored: Stored, { name, path, lease, hot }: StoredPlace): Entry {
  const { header, offset, prelude } = stored;
  const whole = { start: 0, end: header.size - 1 };

  async function begin(): Promise<FileHandle> {
    lease.take();
    try {
      return await openSame(path, stored);
    } catch (error) {
      lease.give();
      lease.lost();
      throw toLost(error);
    }
  }

  async function end(file: FileHandle): Promise<void> {
    lease.give();
    await file.close();
  }

  async function readHot(): Promise<Uint8Array> {
    const found = hot.get(name, prelude);
    if (found !== undefined) return found;
    const file = await begin();
    try {
      const body = await readExactly(file, offset, header.size);
      hot.set(name, prelude, body);
      return body;
    } finally {
      await end(file);
    }
  }

  async function readCold(range: Offsets): Promise<ReadableStream<Uint8Array>> {
    const file = await begin();
    return streamRange(range, {
      read: (position, most) => readExactly(file, offset + position, most),
      end: () => end(file),
    });
  }

  async function bytes(range: Offsets = whole): Promise<Uint8Array> {
    return hot.fits(header.size)
      ? (await readHot()).subarray(range.start, range.end + 1)
      : collect(await readCold(range));
  }

  return {
    header,
    bytes,
    read: async (range = whole) => (hot.fits(header.size) ? bytes(range) : readCold(range)),
  };
}

async function openSame(path: string, { prelude }: Stored): Promise<FileHandle> {
  const file = await open(path, "r");
  const bytes = await readExactly(file, 0, PRELUDE_LENGTH);
  const found = decodePrelude(bytes);
  if (found?.bodyCrc === prelude.bodyCrc && found.metaCrc === prelude.metaCrc) return file;
  await file.close();
  throw new LostEntryError("the entry has been replaced");
}

/** Removing what is not there succeeds. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}
