import { crc32 } from "node:zlib";
import { describeError } from "@remote-storage/core/http/describe-error.ts";
import type { Offsets } from "@remote-storage/core/http/range.ts";
import type { Log } from "@remote-storage/core/log.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import {
  LostEntryError,
  type CacheStore,
  type Entry,
  type EntryHeader,
  type EntryKey,
} from "../cache-store.ts";
import { collect } from "../collect.ts";
import {
  decodeHeader,
  decodePrelude,
  encodeMeta,
  encodePrelude,
  PRELUDE_LENGTH,
} from "../entry-file.ts";
import { inScope, placeText } from "../entry-key.ts";
import { createArriving, type Arriving } from "./arriving.ts";
import { forEach, listAll } from "./list-all.ts";
import { folderOf, objectOf } from "./names.ts";

/** Bytes of the first read: the header, and with it the whole of most previews. */
const FIRST = 64 * 1024;

/** Largest part of the limit that one entry may take. */
const LARGEST = 0.5;

export interface BucketStoreOptions {
  readonly bucket: Bucket;
  /** Of this cache within the bucket, ending in `/`. */
  readonly prefix: string;
  /** Bytes; 0 keeps nothing. `sweep` keeps to it. */
  readonly limit: number;
  readonly now: () => number;
  readonly log: Log;
}

/** A store whose puts a host must wait for before it is put to sleep. */
export interface BucketStore extends CacheStore {
  settled(): Promise<void>;
}

/**
 * Entries as objects of a bucket or container, for hosts without a disk of their own and for several at once. The
 * header lies before the body, as in files, so that one read brings both. What is used is not noted, and a
 * confirmation lasts as long as the process: rewriting an object for it would cost more than asking again.
 */
export function openBucketStore(options: BucketStoreOptions): BucketStore {
  const { bucket, prefix, limit, now, log } = options;
  const arriving = new Map<ObjectKey, Arriving>();
  const running = new Set<Promise<void>>();

  function passBy(error: unknown): void {
    if (error instanceof StorageError && error.kind === "not-found") return;
    log.warn(
      { bucket: bucket.name, error: describeError(error) },
      "the cache's bucket fails: it is passed by",
    );
  }

  async function find(name: ObjectKey): Promise<Entry | undefined> {
    const range = { start: 0, end: FIRST - 1 };
    const result = await bucket.read(name, { range });
    if (result.state === "unchanged") return undefined;
    const first = Buffer.from(await collect(result.body));
    const prelude = decodePrelude(first);
    if (prelude === undefined) return undefined;
    const offset = PRELUDE_LENGTH + prelude.metaLength;
    const header = decodeHeader(prelude, first.subarray(PRELUDE_LENGTH, offset));
    if (header === undefined || result.stat.size !== offset + header.size) return undefined;
    return toEntry(name, header, offset, first, result.stat.etag);
  }

  /** The etag of the cache's own object holds later reads to the header that was read first. */
  function toEntry(
    name: ObjectKey,
    header: EntryHeader,
    offset: number,
    first: Buffer,
    ifMatch: string,
  ): Entry {
    async function read(range: Offsets = { start: 0, end: header.size - 1 }) {
      const start = offset + range.start;
      const end = offset + range.end;
      if (end < first.length) return first.subarray(start, end + 1);
      try {
        const result = await bucket.read(name, { range: { start, end }, ifMatch });
        if (result.state === "partial") return result.body;
      } catch (error) {
        passBy(error);
      }
      throw new LostEntryError("the entry is no longer what it was");
    }
    return { header, read, bytes: async (range) => collect(await read(range)) };
  }

  async function write(name: ObjectKey, current: Arriving, body: ReadableStream<Uint8Array>) {
    const { header } = current.entry;
    try {
      const chunks = await current.receive(body);
      if (arriving.get(name) !== current) return;
      const meta = encodeMeta(header);
      const bodyCrc = chunks.reduce((crc, chunk) => crc32(chunk, crc), 0);
      const rest = { metaLength: meta.byteLength, metaCrc: crc32(meta), bodyCrc };
      const whole = Buffer.concat([encodePrelude({ ...header, ...rest }), meta, ...chunks]);
      await bucket.write(name, whole, { type: "application/octet-stream", size: whole.length });
      // Purged while it was written: the purge did not find it.
      if (arriving.get(name) !== current) await bucket.remove(name);
    } catch (error) {
      passBy(error);
    } finally {
      if (arriving.get(name) === current) arriving.delete(name);
    }
  }

  async function settled(): Promise<void> {
    await Promise.all(running);
  }

  return {
    settled,
    async has(key) {
      const name = objectOf(prefix, key);
      if (arriving.has(name)) return true;
      return bucket.stat(name).then(
        () => true,
        () => false,
      );
    },
    async open(key) {
      const name = objectOf(prefix, key);
      const current = arriving.get(name);
      if (current !== undefined) return current.entry;
      try {
        const entry = await find(name);
        const right = entry?.header.key.text === key.text && entry.header.expires > now();
        return right ? entry : undefined;
      } catch (error) {
        passBy(error);
        return undefined;
      }
    },
    async put(header, body) {
      if (header.size > limit * LARGEST || limit === 0) return false;
      const name = objectOf(prefix, header.key);
      const current = createArriving(header);
      arriving.set(name, current);
      const writing = write(name, current, body).finally(() => running.delete(writing));
      running.add(writing);
      return true;
    },
    confirm: () => Promise.resolve(),
    async remove(key) {
      const name = objectOf(prefix, key);
      arriving.delete(name);
      await bucket.remove(name).catch(passBy);
    },
    async purge(scope) {
      const matches = inScope(scope);
      const inside = (key: EntryKey) => matches(placeText(key.place));
      for (const [name, { entry }] of Array.from(arriving)) {
        if (inside(entry.header.key)) arriving.delete(name);
      }
      const narrow = "key" in scope ? folderOf(prefix, scope) : prefix;
      const removed = { entries: 0, bytes: 0 };
      for await (const objects of listAll(bucket, narrow)) {
        await forEach(objects, async ({ key, size }) => {
          // Names tell nothing of a prefix: only the header does.
          if ("prefix" in scope) {
            const header = (await find(key).catch(passBy))?.header;
            if (header === undefined || !inside(header.key)) return;
          }
          await bucket.remove(key);
          removed.entries += 1;
          removed.bytes += size;
        });
      }
      return removed;
    },
    async stats() {
      let [entries, size] = [0, 0];
      for await (const objects of listAll(bucket, prefix)) {
        entries += objects.length;
        size += objects.reduce((sum, object) => sum + object.size, 0);
      }
      return { entries, size, limit, evictions: 0 };
    },
    close: settled,
  };
}
