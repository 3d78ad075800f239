import type { DiskIndex, IndexRecord } from "./disk-index.ts";
import type { Lease } from "./stored.ts";

/** What a folder takes up, and one name in it. */
const FOLDER_SIZE = 4096;
const NAME_SIZE = 96;

/** What a cache takes up beside the entries in its index. In bytes on disk. */
export interface Ledger {
  /** Everything together. */
  used(): number;
  /** For a body that arrives. */
  reserve(size: number): void;
  free(size: number): void;
  /** Counts a folder, once. */
  folder(path: string): void;
  /** What a scan has found and the index does not hold yet. */
  scanned(size: number): void;
  /** Counts a record that has left the index until its file is removed and nobody reads it. */
  leave(record: IndexRecord, removal: Promise<unknown>): Promise<void>;
  lease(record: IndexRecord, lost: () => void): Lease;
}

export function createLedger(index: DiskIndex): Ledger {
  let reserved = 0;
  const folders = new Set<string>();
  let found = 0;
  let leaving = 0;
  const gone = new WeakSet<IndexRecord>();

  return {
    used: () =>
      index.size +
      reserved +
      found +
      leaving +
      folders.size * FOLDER_SIZE +
      index.entries * NAME_SIZE,
    reserve(size) {
      reserved += size;
    },
    free(size) {
      reserved -= size;
    },
    folder: (path) => void folders.add(path),
    scanned(size) {
      found = size;
    },
    async leave(record, removal) {
      leaving += record.size;
      try {
        await removal;
      } finally {
        if (record.readers > 0) gone.add(record);
        else leaving -= record.size;
      }
    },
    lease: (record, lost) => ({
      take() {
        record.readers += 1;
      },
      give() {
        record.readers -= 1;
        if (record.readers === 0 && gone.delete(record)) leaving -= record.size;
      },
      lost,
    }),
  };
}
