import { LRUCache } from "lru-cache";

/** What is known of a file without reading it. Times in milliseconds. */
export interface IndexRecord {
  /** Bytes on disk, at least 1. */
  readonly size: number;
  readonly expires: number;
  /** See `placeText`. */
  readonly place: string;
  /** When its use was last noted in the file system. */
  touched: number;
  /** Its body has been written, or checked, by this process. */
  sound: boolean;
  /** Readers that have it open. */
  readers: number;
}

/** Which files there are, in the order of their use, and what they take up. */
export interface DiskIndex {
  readonly size: number;
  readonly entries: number;
  has(name: string): boolean;
  /** Counts as use. */
  use(name: string): IndexRecord | undefined;
  set(name: string, record: IndexRecord): IndexRecord | undefined;
  delete(name: string): IndexRecord | undefined;
  /** Least recently used first. */
  oldest(): Iterable<readonly [name: string, record: IndexRecord]>;
  /** Puts records before all others, the first of them the least recently used; names known already stay. */
  prepend(records: readonly (readonly [name: string, record: IndexRecord])[]): void;
}

function createRecords() {
  return new LRUCache<string, IndexRecord>({
    // The store evicts by itself: expired entries first, and none that is being read.
    maxSize: Number.MAX_SAFE_INTEGER,
    sizeCalculation: ({ size }) => size,
  });
}

export function createDiskIndex(): DiskIndex {
  let records = createRecords();

  function* oldest(): Iterable<readonly [string, IndexRecord]> {
    for (const name of records.rkeys()) {
      const record = records.peek(name);
      if (record !== undefined) yield [name, record];
    }
  }

  return {
    get size() {
      return records.calculatedSize;
    },
    get entries() {
      return records.size;
    },
    has: (name) => records.has(name),
    use: (name) => records.get(name),
    set(name, record) {
      const before = records.peek(name);
      records.set(name, record);
      return before;
    },
    delete(name) {
      const before = records.peek(name);
      records.delete(name);
      return before;
    },
    oldest,
    prepend(older) {
      const newer = Array.from(oldest());
      records = createRecords();
      for (const [name, record] of older) records.set(name, record);
      for (const [name, record] of newer) records.set(name, record);
    },
  };
}
