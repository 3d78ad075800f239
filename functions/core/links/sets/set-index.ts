import { StorageError } from "../../storage/errors.ts";
import type { LinkFileBatch } from "../link-file.ts";
import { idPrefix, isLinkId, linkId } from "./link-id.ts";

/** A stretch of a set's bytes that begins with a line. */
export interface Stretch {
  readonly start: number;
  /** Where the next one begins. */
  readonly end: number;
  /** Links and lines before it. */
  readonly links: number;
  readonly lines: number;
}

/** Where the links of a set are: eight bytes for each, however long it is. */
export interface SetIndex {
  /** Links, duplicates and broken lines included. */
  readonly total: number;
  /** Bytes that the index takes. */
  readonly size: number;
  /** Every stretch that may hold the link, the first in the file first. */
  find(id: string): readonly Stretch[];
  /** From the stretch that holds the link of this number (from 0) to the one that holds the last. */
  range(first: number, last: number): Stretch;
}

export interface SetIndexBuilder {
  /** Takes the batches of a set in their order. */
  add(batch: LinkFileBatch): void;
  build(): SetIndex;
}

/** More are refused: the index of a set has to fit into memory. */
const MAX_SET_LINKS = 5_000_000;

/** Bytes of a stretch at least: what a look-up reads. */
const STRETCH_BYTES = 65_536;
/** A number holds the 30 bits of an id's prefix and 20 of a stretch exactly. */
const STRETCHES = 2 ** 20;

const PLACE = { provider: "fs", operation: "index links" };

/** `add` throws `too-large` beyond {@link MAX_SET_LINKS}. */
export function createSetIndexBuilder(
  stretchBytes = STRETCH_BYTES,
  maxLinks = MAX_SET_LINKS,
): SetIndexBuilder {
  const starts: Omit<Stretch, "end">[] = [{ start: 0, links: 0, lines: 0 }];
  let entries = new Float64Array(1024);
  let total = 0;
  let end = 0;

  return {
    add({ links, lines, end: next }) {
      if (total + links.length > maxLinks) {
        throw new StorageError("too-large", `a set has at most ${maxLinks} links`, PLACE);
      }
      if (total + links.length > entries.length) {
        const larger = new Float64Array(Math.max(entries.length * 2, total + links.length));
        larger.set(entries);
        entries = larger;
      }
      const stretch = starts.length - 1;
      for (const { link } of links) entries[total++] = idPrefix(linkId(link)) * STRETCHES + stretch;
      end = next;
      const { start } = starts[stretch] ?? { start: 0 };
      if (end - start >= stretchBytes && starts.length < STRETCHES) {
        starts.push({ start: end, links: total, lines });
      }
    },
    build: () => createSetIndex(entries.subarray(0, total).toSorted(), starts, end),
  };
}

/** @param entries sorted. */
function createSetIndex(
  entries: Float64Array,
  starts: readonly Omit<Stretch, "end">[],
  end: number,
): SetIndex {
  const nowhere: Stretch = { start: 0, end: 0, links: 0, lines: 0 };
  const stretchAt = (index: number): Stretch => {
    const start = starts[index];
    return start === undefined ? nowhere : { ...start, end: starts[index + 1]?.start ?? end };
  };
  const holding = (link: number): number =>
    firstIndex(starts.length, (index) => (starts[index]?.links ?? 0) > link) - 1;

  return {
    total: entries.length,
    size: entries.byteLength + starts.length * 32,
    find(id) {
      if (!isLinkId(id)) return [];
      const low = idPrefix(id) * STRETCHES;
      const found = new Set<number>();
      let at = firstIndex(entries.length, (index) => (entries[index] ?? 0) >= low);
      for (; (entries[at] ?? Number.POSITIVE_INFINITY) < low + STRETCHES; at++) {
        found.add((entries[at] ?? 0) - low);
      }
      return Array.from(found, stretchAt);
    },
    range(first, last) {
      return { ...stretchAt(holding(first)), end: stretchAt(holding(last)).end };
    },
  };
}

/** The first index for which the test holds, once it holds for all after it; `length` when for none. */
function firstIndex(length: number, test: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
