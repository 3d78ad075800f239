import { LRUCache } from "lru-cache";
import type { OriginalStat, Source } from "@remote-storage/core/caches/caches.ts";
import type { Offsets } from "@remote-storage/core/http/range.ts";
import type { ReadOptions } from "@remote-storage/core/storage/provider.ts";
import { type Body, type CacheStore, type EntryKey, LostEntryError } from "./cache-store.ts";
import type { Counters } from "./counters.ts";
import { originalKey } from "./entry-key.ts";
import type { Head } from "./heads.ts";
import { isSliced, piecesOf, rangeWithin, sliceOf, type Piece } from "./pieces.ts";
import { readRemote } from "./read-remote.ts";
import { createSingleFlight } from "./single-flight.ts";
import { createSpares } from "./spares.ts";
import { cut, joined, resumed } from "./streams.ts";

interface ReaderOptions {
  readonly store: CacheStore;
  /** Milliseconds. */
  readonly expires: number;
  readonly now: () => number;
  readonly counters: Counters;
}

/** Moves the bytes of originals: from where they lie into the store, and from both to readers. */
export interface OriginalReader {
  /** Asks for the object, unless it is still the version known; what comes goes into the store. */
  fetch(source: Source, known: Head | undefined): Promise<Head>;
  /** The bytes of that version; throws `precondition-failed` when it is not to be had any more. */
  read(source: Source, key: EntryKey, stat: OriginalStat, range: Offsets): Promise<Body>;
  /** Whether the store has them all. */
  has(source: Source, key: EntryKey, stat: OriginalStat, range: Offsets): Promise<boolean>;
  /** What is under way is not kept any more. */
  restart(): void;
}

export function createOriginalReader(options: ReaderOptions): OriginalReader {
  const { store, expires, now, counters } = options;
  const flights = createSingleFlight<void>();
  const spares = createSpares();
  /** Entries whose first reader is the one that they were fetched for: that one saves nothing. */
  const fetched = new LRUCache<string, true>({ max: 10_000 });
  let generation = 0;

  async function remote(source: Source, wish: ReadOptions) {
    const result = await readRemote(source, wish);
    if (result.state !== "unchanged") counters.remoteReads += 1;
    return result;
  }

  /** A part of one version, without the store having a say in it. */
  async function direct(source: Source, { etag }: OriginalStat, range: Offsets) {
    const result = await remote(source, { range, ifMatch: etag });
    // A store that knows no ranges sends everything.
    if (result.state === "full") return cut(result.body, range);
    return result.state === "partial" ? result.body : ReadableStream.from<Uint8Array>([]);
  }

  /** Puts a piece into the store, or, when that has no room, at the disposal of whoever comes first. */
  async function keep(
    source: Source,
    stat: OriginalStat,
    piece: Piece,
    body: ReadableStream<Uint8Array>,
    begun: number,
  ): Promise<void> {
    const whole = resumed(body, piece.size, (position) => {
      const start = piece.start + position;
      return direct(source, stat, { start, end: piece.start + piece.size - 1 });
    });
    const header = { ...toHeader(stat), key: piece.key, size: piece.size };
    fetched.set(piece.key.text, true);
    if (begun !== generation || !(await store.put(header, whole))) {
      spares.offer(piece.key.text, whole);
    }
  }

  function toHeader({ etag, type, modified }: OriginalStat) {
    const at = now();
    const times = { created: at, confirmed: at, expires: at + expires };
    return { ...times, etag, type, modified: modified.getTime() };
  }

  /** Remembers how large an original is whose bytes lie in slices. */
  async function keepTotal(source: Source, stat: OriginalStat, begun: number): Promise<void> {
    if (begun !== generation) return;
    const header = { ...toHeader(stat), key: originalKey(source), size: 0, total: stat.size };
    await store.put(header, ReadableStream.from([]));
  }

  async function load(source: Source, stat: OriginalStat, piece: Piece): Promise<void> {
    const begun = generation;
    const range = { start: piece.start, end: piece.start + piece.size - 1 };
    await keep(source, stat, piece, await direct(source, stat, range), begun);
  }

  async function local(stat: OriginalStat, piece: Piece, range: Offsets) {
    const entry = await store.open(piece.key);
    if (entry?.header.etag !== stat.etag || entry.header.size !== piece.size) return undefined;
    try {
      return await entry.read(range);
    } catch (error) {
      if (error instanceof LostEntryError) return undefined;
      throw error;
    }
  }

  async function readPiece(
    source: Source,
    stat: OriginalStat,
    piece: Piece,
    wanted: Offsets,
  ): Promise<Body> {
    const { text } = piece.key;
    const range = rangeWithin(piece, wanted);
    const size = range.end + 1 - range.start;
    for (const attempt of [1, 2]) {
      const body = await local(stat, piece, range);
      if (body !== undefined) {
        count(text, size);
        if (body instanceof Uint8Array) return body;
        return resumed(body, size, (position, error) => {
          if (error !== undefined && !(error instanceof LostEntryError)) throw error;
          return direct(source, stat, {
            start: piece.start + range.start + position,
            end: piece.start + range.end,
          });
        });
      }
      const spare = spares.take(text);
      if (spare !== undefined) {
        counters.misses += 1;
        return cut(spare, range);
      }
      if (attempt === 1) await flights.run(text, () => load(source, stat, piece)).value;
    }
    counters.misses += 1;
    return direct(source, stat, {
      start: piece.start + range.start,
      end: piece.start + range.end,
    });
  }

  function count(text: string, size: number): void {
    if (fetched.delete(text)) counters.misses += 1;
    else {
      counters.hits += 1;
      counters.bytesSaved += size;
    }
  }

  return {
    async fetch(source, known) {
      const begun = generation;
      const wish = known === undefined ? {} : { ifNoneMatch: known.stat.etag };
      const result = await remote(source, wish);
      if (result.state === "unchanged") {
        if (known === undefined) throw new TypeError("unchanged, but nothing was known");
        return { ...known, confirmed: now() };
      }
      const { size, etag, modified, type } = result.stat;
      const stat = { size, etag, modified, type };
      if (isSliced(stat)) {
        const first = sliceOf(source, stat, 0);
        const slice = cut(result.body, { start: 0, end: first.size - 1 });
        await keepTotal(source, stat, begun);
        await keep(source, stat, first, slice, begun);
      } else {
        const piece = { key: originalKey(source), start: 0, size };
        await keep(source, stat, piece, result.body, begun);
      }
      return { stat, confirmed: now(), expires: now() + expires };
    },
    async read(source, key, stat, range) {
      if (stat.size === 0) return new Uint8Array();
      const pieces = piecesOf(source, key, stat, range);
      const [only, ...more] = pieces.map((piece) => () => readPiece(source, stat, piece, range));
      if (only === undefined) throw new RangeError("a range without a byte");
      return more.length === 0 ? only() : joined([only, ...more]);
    },
    async has(source, key, stat, range) {
      const pieces = piecesOf(source, key, stat, range);
      const found = await Promise.all(pieces.map((piece) => store.has(piece.key)));
      return found.every(Boolean);
    },
    restart() {
      generation += 1;
      flights.clear();
    },
  };
}
