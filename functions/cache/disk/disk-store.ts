import { utimes } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import type { Log } from "@remote-storage/core/log.ts";
import type { CacheStore, EntryKey } from "../cache-store.ts";
import { entryName, inScope, placeText } from "../entry-key.ts";
import { createArrivals } from "./arrivals.ts";
import { createDiskIndex, type IndexRecord } from "./disk-index.ts";
import { diskSize, roomFor } from "./disk-size.ts";
import { encodeMeta, MAX_META, PRELUDE_LENGTH } from "../entry-file.ts";
import { createHealth } from "./health.ts";
import { createHot } from "./hot.ts";
import { folderOf, foldersOf, pathOf } from "./layout.ts";
import { createLedger } from "./ledger.ts";
import { createPurgeWatch, markPurge, vanished } from "./purge-mark.ts";
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
  /** Another process serves from the folder: leave what it is doing alone, and tell it of purges. */
  readonly guest?: boolean;
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
  const { folder: root, limit, now, log, owner, guest = false } = options;
  const index = createDiskIndex();
  const ledger = createLedger(index);
  const health = createHealth(root, now, log);
  const room = createRoom({ ...options, root, index, ledger, drop });
  const headers = new LRUCache<string, Stored>({ max: HEADERS });
  const hot = createHot();
  const look = createPurgeWatch(root, now, () => void recheck());
  const arrivals = createArrivals({
    root,
    owner,
    health,
    kept(name, stored, size) {
      headers.set(name, stored);
      add(name, stored, size, true);
    },
  });
  let scanning = true;

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

  /** `cache purge` of the command line, for one: what is remembered of files is looked at anew. */
  async function recheck(): Promise<void> {
    headers.clear();
    hot.clear();
    const names = Array.from(index.oldest(), ([name]) => name);
    for (const name of await vanished(root, names)) await drop(name);
  }

  /** What an earlier process left, within the limit before any of it is admitted. */
  async function recall(): Promise<void> {
    const found: Found[] = [];
    let size = 0;
    const known = (name: string) => index.has(name) || arrivals.has(name);
    for await (const batch of scan(root, now, guest ? undefined : owner, known)) {
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
    // Also those that nothing is left in.
    for (const folder of foldersOf(root)) ledger.folder(folder);
    ledger.scanned(0);
    index.prepend(older);
    if (!guest) await room.keep();
  }

  const scanned = recall()
    .catch(health.failed)
    .finally(() => {
      scanning = false;
    });
  const sweep = setInterval(() => void room.dropExpired(), SWEEP).unref();

  return {
    scanned,
    settled: () => arrivals.settled(),
    async has(key) {
      const name = entryName(key);
      return arrivals.has(name) || index.has(name);
    },
    async open(key) {
      const name = entryName(key);
      look();
      const arriving = arrivals.entry(name);
      if (arriving !== undefined && arriving.header.expires > now()) return arriving;
      const found = await find(name, key);
      if (found === undefined) return undefined;
      touch(name, found.record);
      const lease = ledger.lease(found.record, () => void headers.delete(name));
      return storedEntry(found.stored, { name, path: pathOf(root, name), lease, hot });
    },
    async put(header, body) {
      const { byteLength: metaLength } = encodeMeta(header);
      if (metaLength > MAX_META) return false;
      const size = roomFor(PRELUDE_LENGTH + metaLength + header.size);
      const name = entryName(header.key);
      if (health.failing() || !(await room.reserve(size, folderOf(root, name)))) return false;
      const free = () => ledger.free(size);
      const begun = await arrivals.begin(name, header, body, free);
      if (!begun) free();
      return begun;
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
      await arrivals.forget((header) => header.key.text === key.text);
      await drop(name);
    },
    async purge(scope) {
      const matches = inScope(scope);
      await arrivals.forget((header) => matches(placeText(header.key.place)));
      await scanned;
      const names = Array.from(index.oldest())
        .filter(([, { place }]) => matches(place))
        .map(([name]) => name);
      const sizes = await Promise.all(names.map(drop));
      if (guest && sizes.length > 0) markPurge(root, new Date(now()));
      return { entries: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
    },
    async stats() {
      return { entries: index.entries, size: ledger.used(), limit, evictions: room.evictions() };
    },
    async close() {
      clearInterval(sweep);
      await scanned;
      await arrivals.settled();
    },
  };
}
