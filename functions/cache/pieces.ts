import type { OriginalStat, SourceId } from "@remote-storage/core/caches/caches.ts";
import type { Offsets } from "@remote-storage/core/http/range.ts";
import type { EntryKey } from "./cache-store.ts";
import { sliceKey } from "./entry-key.ts";

/** Larger originals are kept in slices: reading the header of a large TIFF must not fetch all of it. */
const MAX_WHOLE = 64 * 1024 * 1024;
export const SLICE = 8 * 1024 * 1024;

/** A part of an original that is one entry. */
export interface Piece {
  readonly key: EntryKey;
  /** Where it begins in the original. */
  readonly start: number;
  readonly size: number;
}

export function isSliced({ size }: Pick<OriginalStat, "size">): boolean {
  return size > MAX_WHOLE;
}

/** The pieces that hold a range, in order; `key` is that of the whole. */
export function piecesOf(
  id: SourceId,
  key: EntryKey,
  stat: OriginalStat,
  { start, end }: Offsets,
): readonly Piece[] {
  if (!isSliced(stat)) return [{ key, start: 0, size: stat.size }];
  const first = Math.floor(start / SLICE);
  const count = Math.floor(end / SLICE) - first + 1;
  return Array.from({ length: count }, (_, index) => sliceOf(id, stat, first + index));
}

export function sliceOf(id: SourceId, { etag, size }: OriginalStat, index: number): Piece {
  const start = index * SLICE;
  return { key: sliceKey(id, etag, index), start, size: Math.min(SLICE, size - start) };
}

/** What a range of the original is within one of its pieces. */
export function rangeWithin({ start, size }: Piece, range: Offsets): Offsets {
  return {
    start: Math.max(0, range.start - start),
    end: Math.min(size - 1, range.end - start),
  };
}
