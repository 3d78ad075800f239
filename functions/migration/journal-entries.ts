import type { DatabaseSync } from "node:sqlite";
import type { JournalEntry } from "./journal-entry.ts";
import { numberOf, type Row, textOf, wordOf } from "./journal-row.ts";
import { PROOFS } from "./target.ts";

/** `current`: written in this run, or in the one that it goes on with. */
export type RecordedEntry = JournalEntry & { readonly current: boolean };

interface Entries {
  find(key: string): RecordedEntry | undefined;
  set(entry: JournalEntry): void;
  /** Of this run, in the order of the keys' UTF-8 bytes. */
  all(): Generator<JournalEntry>;
}

const STATES = ["copied", "equal", "conflict", "changed", "failed", "left-out"] as const;

/** The table of objects. */
export function openEntries(database: DatabaseSync, run: number): Entries {
  const select = database.prepare("SELECT * FROM object WHERE key = ?");
  const selectAll = database.prepare("SELECT * FROM object WHERE run = ? ORDER BY key");
  const insert = database.prepare(
    "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  return {
    find: (key) => {
      const row = select.get(key);
      return row && { ...toEntry(row), current: numberOf(row, "run") === run };
    },
    set: ({ key, size, identity, state, crc32, etag, proof, error, at }) => {
      const optional = [crc32, etag, proof, error?.kind, error?.message];
      const columns = optional.map((value) => value ?? null);
      insert.run(key, run, size, identity, state, ...columns, at);
    },
    *all() {
      for (const row of selectAll.iterate(run)) yield toEntry(row);
    },
  };
}

function toEntry(row: Row): JournalEntry {
  return {
    key: textOf(row, "key"),
    size: numberOf(row, "size"),
    identity: textOf(row, "identity"),
    state: wordOf(row, "state", STATES),
    at: numberOf(row, "at"),
    ...(row["crc32"] !== null && { crc32: textOf(row, "crc32") }),
    ...(row["etag"] !== null && { etag: textOf(row, "etag") }),
    ...(row["proof"] !== null && { proof: wordOf(row, "proof", PROOFS) }),
    ...(row["kind"] !== null && {
      error: { kind: textOf(row, "kind"), message: textOf(row, "message") },
    }),
  };
}
