import type { SetIndex } from "./set-index.ts";

/** An index, and the version of the set that it is of. */
export interface IndexedSet {
  /** The object's etag. */
  readonly etag: string;
  readonly index: SetIndex;
}

/** The indexes of the sets that were asked for last. */
export interface SetIndexes {
  /** The set's index, made once for all who ask at the same time. */
  get(name: string): Promise<IndexedSet>;
  /** Keeps one that was made elsewhere. */
  put(name: string, indexed: IndexedSet): void;
  drop(name: string): void;
}

/** Bytes of all indexes together: about eight million links. */
const MAX_BYTES = 64 * 1024 * 1024;

export function createSetIndexes(
  make: (name: string) => Promise<IndexedSet>,
  maxBytes = MAX_BYTES,
): SetIndexes {
  const kept = new Map<string, IndexedSet>();
  const made = new Map<string, Promise<IndexedSet>>();

  const put = (name: string, indexed: IndexedSet): void => {
    kept.delete(name);
    kept.set(name, indexed);
    let bytes = Iterator.from(kept.values()).reduce((sum, { index }) => sum + index.size, 0);
    for (const [oldest, { index }] of kept) {
      if (bytes <= maxBytes) return;
      kept.delete(oldest);
      bytes -= index.size;
    }
  };

  const open = async (name: string): Promise<IndexedSet> => {
    try {
      const indexed = await make(name);
      put(name, indexed);
      return indexed;
    } finally {
      made.delete(name);
    }
  };

  return {
    put,
    get(name) {
      const known = kept.get(name);
      if (known !== undefined) {
        put(name, known);
        return Promise.resolve(known);
      }
      const making = made.get(name) ?? open(name);
      made.set(name, making);
      return making;
    },
    drop: (name) => void kept.delete(name),
  };
}
