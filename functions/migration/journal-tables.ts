import type { DatabaseSync } from "node:sqlite";

/** Another number: tables that this version does not read. */
export const JOURNAL_FORMAT = "1";

/** SQLite compares text as its UTF-8 bytes: the order of keys in every store. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS object (
    key TEXT PRIMARY KEY, run INTEGER NOT NULL, size INTEGER NOT NULL, identity TEXT NOT NULL,
    state TEXT NOT NULL, crc32 TEXT, etag TEXT, proof TEXT, kind TEXT, message TEXT, at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS upload (
    key TEXT PRIMARY KEY, id TEXT NOT NULL, identity TEXT NOT NULL, part_size INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS part (
    key TEXT NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL, crc32 INTEGER NOT NULL, proof TEXT NOT NULL,
    PRIMARY KEY (key, number)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS fetched_part (
    key TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, crc64nvme TEXT NOT NULL,
    PRIMARY KEY (key, number)
  ) WITHOUT ROWID;
`;

export function createTables(database: DatabaseSync): void {
  database.exec(TABLES);
}
