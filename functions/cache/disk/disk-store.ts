import { mkdir, rename, utimes } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import type { Log } from "@remote-storage/core/log.ts";
import type { CacheStore, EntryHeader, EntryKey } from "../cache-store.ts";
import { entryName, inScope, placeText } from "../entry-key.ts";
import { createDiskIndex, type IndexRecord } from "./disk-index.ts";
import { diskSize } from "./disk-size.ts";
import { encodeMeta, MAX_META, PRELUDE_LENGTH } from "../entry-file.ts";
import { openFill, type Fill } from "./fill.ts";
import { createHealth } from "./health.ts";
import { createHot } from "./hot.ts";
import { folderOf, pathOf, temporaryName } from "./layout.ts";
import { createLedger } from "./ledger.ts";
import { createRoom } from "./room.ts";
import { scan, type Found } from "./scan.ts";
import { confirmStored, readStored, removeFile, storedEntry, type Stored } from "./stored.ts";

/** Milliseconds; the use of an entry is noted on disk no more often. */
const TOUCH = 600_000;
/** Milliseconds between two searches for expired entries. */
const SWEEP = 300_000;
/** Headers kept in memory, so that a hit opens its file once. */
const HEADERS = 20_000;

export interface DiskStoreOptions {
  readonly folder: string;
  /** Bytes on disk; 0 keeps nothing. */
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
  /** Different in every process that uses the folder. */
  readonly owner: string;
  /** Bytes that the disk has too little; default: what `statfs` says. */
  readonly shortage?: () => Promise<number>;
}

/** A store in one folder. */
export interface DiskStore extends CacheStore {
  /** Resolves once everything that an earlier process left is known. */
  readonly scanned: Promise<void>;
  /** Resolves once every body that was arriving is kept, or is not. */
  settled(): Promise<void>;
}

/**
 * Entries as files of one folder, for one process: a second one on the same folder spoils no bytes, but each keeps
 * to the limit only with what it knows of.
 */
export function openDiskStore(options: DiskStoreOptions): DiskStore {
  const { folder: root, limit, now, log, owner } = options;
  const index = createDiskIndex();
  const ledger = createLedger(index);
  const health = createHealth(root, now, log);
  const room = createRoom({ ...options, root, index, ledger, drop });
  const headers = new LRUCache<string, Stored>({ max: HEADERS });
  const hot = createHot();
  const fills = new Map<string, Fill>();
  const running = new Set<Promise<void>>();
  let scanning = true;
  let publishing = Promise.resolve();
  let created = 0;

  /** Takes an entry away; resolves with its size when its file is gone. */
  async function drop(name: string): Promise<number> {
    headers.delete(name);
    hot.delete(name);
    const record = index.delete(name);
    if (record === undefined) return 0;
    await ledger.leave(record, removeFile(pathOf(root, name)).catch(health.failed));
    return record.size;
  }

  function add(name: string, { header }: Stored, size: number, sound: boolean): IndexRecord {
    const { expires, key } = header;
    const place = placeText(key.place);
    const record = { size, expires, place, touched: now(), sound, readers: 0 };
    const before = index.set(name, record);
    // A rename has taken its file away already; its readers still hold it.
    if (before !== undefined) void ledger.leave(before, Promise.resolve());
    return record;
  }

  async function find(name: string, key: EntryKey) {
    const known = index.use(name);
    if (known === undefined && !scanning) return undefined;
    const stored = headers.get(name) ?? (await load(name, key, known?.sound !== true));
    if (stored === undefined || stored.header.expires <= now()) {
      await drop(name);
      return undefined;
    }
    const { header, offset } = stored;
    const size = diskSize({ blocks: 0, size: offset + header.size });
    return { stored, record: index.use(name) ?? add(name, stored, size, true) };
  }

  /** A body that this process has not written is read once as a whole before it is trusted. */
  async function load(name: string, key: EntryKey, whole: boolean): Promise<Stored | undefined> {
    try {
      const stored = await readStored(pathOf(root, name), key, whole);
      const record = index.use(name);
      if (stored === undefined) return undefined;
      if (record !== undefined) record.sound = true;
      headers.set(name, stored);
      return stored;
    } catch (error) {
      health.failed(error);
      return undefined;
    }
  }

  function touch(name: string, record: IndexRecord): void {
    const at = now();
    if (Math.abs(at - record.touched) < TOUCH) return;
    record.touched = at;
    const time = new Date(at);
    utimes(pathOf(root, name), time, time).catch(health.failed);
  }

  /** A temporary file in its place. */
  async function begin(name: string, header: EntryHeader): Promise<[Fill, string] | undefined> {
    const folder = folderOf(root, name);
    created += 1;
    const path = `${folder}/${temporaryName(name, owner, created)}`;
    try {
      return [await openFill(path, header), path];
    } catch (error) {
      if (!isMissing(error)) {
        health.failed(error);
        return undefined;
      }
    }
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return [await openFill(path, header), path];
    } catch (error) {
      health.failed(error);
      return undefined;
    }
  }

  async function fill(
    name: string,
    current: Fill,
    path: string,
    body: ReadableStream<Uint8Array>,
  ): Promise<void> {
    try {
      const stored = await current.receive(body);
      const size = await current.size();
      publishing = publishAfter(publishing, () => publish(name, current, path, stored, size));
      await publishing;
    } catch (error) {
      health.failed(error);
    } finally {
      if (fills.get(name) === current) fills.delete(name);
      await removeFile(path).catch(health.failed);
      await current.release();
    }
  }

  /** One at a time, so that a purge has to wait for one rename at most, and none overtakes another. */
  async function publishAfter(earlier: Promise<void>, publishOne: () => Promise<void>) {
    await earlier;
    await publishOne().catch(health.failed);
  }

  /** Unless it has been purged or put anew meanwhile. */
  async function publish(name: string, current: Fill, path: string, stored: Stored, size: number) {
    if (fills.get(name) !== current) return;
    await rename(path, pathOf(root, name));
    headers.set(name, stored);
    add(name, stored, size, true);
  }

  /** What an earlier process left, within the limit before any of it is admitted. */
  async function recall(): Promise<void> {
    const found: Found[] = [];
    let size = 0;
    const known = (name: string) => index.has(name) || fills.has(name);
    for await (const batch of scan(root, now, owner, known)) {
      for (const each of batch) {
        found.push(each);
        size += each.record.size;
      }
      ledger.scanned(size);
    }
    const older = found
      .filter(({ name }) => !index.has(name))
      .toSorted((a, b) => a.used - b.used)
      .map(({ name, record }) => [name, record] as const);
    for (const [name] of older) ledger.folder(folderOf(root, name));
    ledger.scanned(0);
    index.prepend(older);
    await room.keep();
  }

  const scanned = recall()
    .catch(health.failed)
    .finally(() => {
      scanning = false;
    });
  const sweep = setInterval(() => void room.dropExpired(), SWEEP).unref();

  async function settled(): Promise<void> {
    await Promise.all(running);
  }

  return {
    scanned,
    settled,
    async has(key) {
      const name = entryName(key);
      return fills.has(name) || index.has(name);
    },
    async open(key) {
      const name = entryName(key);
      const filling = fills.get(name);
      if (filling !== undefined) return filling.entry;
      const found = await find(name, key);
      if (found === undefined) return undefined;
      touch(name, found.record);
      const lease = ledger.lease(found.record, () => void headers.delete(name));
      return storedEntry(found.stored, { name, path: pathOf(root, name), lease, hot });
    },
    async put(header, body) {
      const { byteLength: metaLength } = encodeMeta(header);
      if (metaLength > MAX_META) return false;
      const length = PRELUDE_LENGTH + metaLength + header.size;
      const size = diskSize({ blocks: 0, size: length });
      const name = entryName(header.key);
      if (health.failing() || !(await room.reserve(size, folderOf(root, name)))) return false;
      const begun = await begin(name, header);
      if (begun === undefined) {
        ledger.free(size);
        return false;
      }
      const [current, path] = begun;
      fills.set(name, current);
      const filling = fill(name, current, path, body).finally(() => {
        ledger.free(size);
        running.delete(filling);
      });
      running.add(filling);
      return true;
    },
    async confirm(key, etag, at) {
      const name = entryName(key);
      const known = headers.get(name);
      if (known?.header.etag === etag) {
        headers.set(name, { ...known, header: { ...known.header, confirmed: at } });
      }
      if (index.has(name)) await confirmStored(pathOf(root, name), etag, at).catch(health.failed);
    },
    async remove(key) {
      const name = entryName(key);
      fills.delete(name);
      await publishing;
      await drop(name);
    },
    async purge(scope) {
      const matches = inScope(scope);
      for (const [name, { entry }] of Array.from(fills)) {
        if (matches(placeText(entry.header.key.place))) fills.delete(name);
      }
      await scanned;
      await publishing;
      const names = Array.from(index.oldest())
        .filter(([, { place }]) => matches(place))
        .map(([name]) => name);
      const sizes = await Promise.all(names.map(drop));
      return { entries: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
    },
    async stats() {
      return { entries: index.entries, size: ledger.used(), limit, evictions: room.evictions() };
    },
    async close() {
      clearInterval(sweep);
      await scanned;
      await settled();
    },
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
