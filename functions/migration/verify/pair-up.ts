import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import type { Entry } from "./side.ts";

/** A name and the objects that have it. */
export type Pair =
  | { readonly source: Entry; readonly target: Entry }
  | { readonly source: Entry; readonly target?: undefined }
  | { readonly source?: undefined; readonly target: Entry };

/**
 * Merges two listings in UTF-8 byte order: holds one entry of each, however many there are.
 *
 * A store that orders by UTF-16 code units (Azurite) may give names with characters from U+E000 on in
 * another order, and so a pair as two halves: see {@link mayStray}.
 */
export async function* pairUp(
  sources: AsyncIterator<Entry>,
  targets: AsyncIterator<Entry>,
): AsyncGenerator<Pair> {
  let [source, target] = await Promise.all([take(sources), take(targets)]);
  while (source !== undefined || target !== undefined) {
    const order = compareEntries(source, target);
    if (source !== undefined && target !== undefined && order === 0) yield { source, target };
    else if (source !== undefined && order < 0) yield { source };
    else if (target !== undefined) yield { target };
    [source, target] = await Promise.all([
      order <= 0 ? take(sources) : source,
      order >= 0 ? take(targets) : target,
    ]);
  }
}

/**
 * True for a name whose place differs between the two orders: it has a surrogate, or a unit from
 * U+E000 on. Whether its other half exists, only the store can tell.
 */
export function mayStray(name: string): boolean {
  return /[\uD800-\uFFFF]/.test(name);
}

/** The end comes after everything. */
function compareEntries(source: Entry | undefined, target: Entry | undefined): number {
  if (source === undefined) return target === undefined ? 0 : 1;
  return target === undefined ? -1 : compareKeys(source.name, target.name);
}

async function take(entries: AsyncIterator<Entry>): Promise<Entry | undefined> {
  const next = await entries.next();
  return next.done === true ? undefined : next.value;
}
