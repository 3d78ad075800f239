import { DatabaseSync } from "node:sqlite";
import { openEntries, type RecordedEntry } from "./journal-entries.ts";
import type { JournalEntry } from "./journal-entry.ts";
import { JournalBusyError, JournalMismatchError } from "./journal-error.ts";
import { createTables, JOURNAL_FORMAT } from "./journal-tables.ts";
import { openUploads } from "./journal-uploads.ts";
import { FORGETFUL, type Uploads } from "./uploads.ts";

/**
 * What a migration has done, in one SQLite file, so that it can be stopped anywhere: by a signal,
 * `kill -9`, or a power cut.
 *
 * SQLite, and not a file of lines, because of what a second run needs: to look up a key among millions
 * without holding them (3 µs an object; a million lines held take 600 MiB), to give the rows in key order for the
 * report, and a lock that the system lets go of when its holder is killed.
 *
 * Written ahead (WAL) with `synchronous = NORMAL`: a killed process loses what it had not committed, a
 * power cut perhaps also the last commits, and neither ever leaves a torn file. Losing the end of the
 * journal is harmless: an object that it does not know is looked up in the target and found equal,
 * and a part that it does not know is sent again. It never knows more than the store has confirmed.
 *
 * @see https://www.sqlite.org/wal.html
 */
export interface Journal {
  find(key: string): RecordedEntry | undefined;
  /** Kept at the next commit: soon, and before {@link Journal.close} returns. */
  record(entry: JournalEntry): void;
  readonly uploads: Uploads;
  /** Notes that the run came to its end with nothing left to do: the next one begins anew. */
  finish(): void;
  close(): void;
}

/** Remembers nothing: for runs that do nothing. */
export const NO_JOURNAL: Journal = {
  find: () => undefined,
  record: () => undefined,
  uploads: FORGETFUL,
  finish: () => undefined,
  close: () => undefined,
};

export interface JournalOptions {
  readonly path: string;
  /** What is migrated, as `Source.name` and `Target.name` tell it. */
  readonly source: string;
  readonly target: string;
}

/** So many bytes or rows are committed together: a commit costs as much as sending a few kilobytes. */
const COMMIT_BYTES = 1024 * 1024;
const COMMIT_ROWS = 128;

const SQLITE_BUSY = 5;
const SQLITE_NOT_A_DATABASE = 26;

/**
 * Opens a journal, making it when it is missing, and holds it against every other process until it is closed.
 *
 * @throws JournalBusyError, JournalMismatchError, or the system's error.
 */
export function openJournal(options: JournalOptions): Journal {
  const { path } = options;
  const database = new DatabaseSync(path);
  try {
    return hold(database, options);
  } catch (error) {
    database.close();
    const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
    if (code === SQLITE_BUSY) {
      throw new JournalBusyError(`another migration is at work on the journal ${path}`);
    }
    if (code === SQLITE_NOT_A_DATABASE) throw new JournalMismatchError(`${path} is no journal`);
    throw error;
  }
}

/** The rows of a closed journal's last run, in the order of their keys' UTF-8 bytes. */
export function* readJournal(path: string): Generator<JournalEntry> {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    yield* openEntries(database, Number(openFacts(database).get("run"))).all();
  } finally {
    database.close();
  }
}

function hold(database: DatabaseSync, { path, source, target }: JournalOptions): Journal {
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;");
  database.exec("PRAGMA synchronous = NORMAL;");
  // The first write takes the lock, which the mode then keeps.
  database.exec("BEGIN IMMEDIATE");
  createTables(database);
  const facts = openFacts(database);
  const of = { format: JOURNAL_FORMAT, source, target };
  for (const [name, wanted] of Object.entries(of)) {
    const known = facts.get(name) ?? wanted;
    if (known !== wanted) {
      const message = `the journal ${path} is of another migration: its ${name} is ${known}, not ${wanted}`;
      throw new JournalMismatchError(message);
    }
    facts.set(name, wanted);
  }
  const finished = facts.get("finished") === "true";
  const before = Number(facts.get("run") ?? 0);
  const run = before === 0 || finished ? before + 1 : before;
  facts.set("run", String(run));
  facts.set("finished", "false");
  database.exec("COMMIT");

  let rows = 0;
  let bytes = 0;
  const commit = (): void => {
    if (rows > 0) database.exec("COMMIT");
    rows = 0;
    bytes = 0;
  };
  /** Joins the changes that are committed together. */
  const change = (size: number, work: () => void): void => {
    if (rows === 0) database.exec("BEGIN IMMEDIATE");
    rows += 1;
    bytes += size;
    work();
    if (rows >= COMMIT_ROWS || bytes >= COMMIT_BYTES) commit();
  };
  const entries = openEntries(database, run);
  return {
    find: (key) => entries.find(key),
    record: (entry) => {
      change(entry.size, () => {
        entries.set(entry);
      });
    },
    uploads: openUploads(database, (work) => {
      // Each stands for megabytes: none is worth losing.
      change(COMMIT_BYTES, work);
    }),
    finish: () => {
      change(COMMIT_BYTES, () => {
        facts.set("finished", "true");
      });
    },
    close: () => {
      commit();
      database.close();
    },
  };
}

function openFacts(database: DatabaseSync) {
  const select = database.prepare("SELECT value FROM fact WHERE name = ?");
  const insert = database.prepare("INSERT OR REPLACE INTO fact VALUES (?, ?)");
  return {
    get: (name: string): string | undefined => {
      const value = select.get(name)?.["value"];
      return typeof value === "string" ? value : undefined;
    },
    set: (name: string, value: string): void => {
      insert.run(name, value);
    },
  };
}
