import type { DatabaseSync } from "node:sqlite";
import type { FetchedPart } from "@remote-storage/core/storage/url-copy.ts";
import { numberOf, type Row, textOf, wordOf } from "./journal-row.ts";
import { PROOFS, type SentPart } from "./target.ts";
import type { Uploads } from "./uploads.ts";

/** The tables of unfinished uploads. `change` takes a change into the journal at once. */
export function openUploads(database: DatabaseSync, change: (work: () => void) => void): Uploads {
  const select = database.prepare("SELECT * FROM upload WHERE key = ?");
  const selectParts = database.prepare("SELECT * FROM part WHERE key = ? ORDER BY number");
  const selectFetched = database.prepare(
    "SELECT * FROM fetched_part WHERE key = ? ORDER BY number",
  );
  const insert = database.prepare("INSERT OR REPLACE INTO upload VALUES (?, ?, ?, ?)");
  const insertPart = database.prepare("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?)");
  const insertFetched = database.prepare("INSERT OR REPLACE INTO fetched_part VALUES (?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM upload WHERE key = ?");
  const parts = ["part", "fetched_part"].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE key = ?`),
  );
  const removeParts = (key: string): void => {
    for (const table of parts) table.run(key);
  };
  return {
    lasting: true,
    find: (key) => {
      const row = select.get(key);
      if (row === undefined) return undefined;
      return {
        id: textOf(row, "id"),
        identity: textOf(row, "identity"),
        partSize: numberOf(row, "part_size"),
        parts: selectParts.all(key).map(toPart),
        fetched: selectFetched.all(key).map(toFetched),
      };
    },
    begin: (key, { id, identity, partSize }) => {
      change(() => {
        removeParts(key);
        insert.run(key, id, identity, partSize);
      });
    },
    arrived: (key, { number, etag, crc32, proof }) => {
      change(() => {
        insertPart.run(key, number, etag, crc32, proof);
      });
    },
    fetched: (key, { number, size, crc64nvme }) => {
      change(() => {
        insertFetched.run(key, number, size, crc64nvme);
      });
    },
    end: (key) => {
      change(() => {
        removeParts(key);
        remove.run(key);
      });
    },
  };
}

function toPart(row: Row): SentPart {
  return {
    number: numberOf(row, "number"),
    etag: textOf(row, "etag"),
    crc32: numberOf(row, "crc32"),
    proof: wordOf(row, "proof", PROOFS),
  };
}

function toFetched(row: Row): FetchedPart {
  return {
    number: numberOf(row, "number"),
    size: numberOf(row, "size"),
    crc64nvme: textOf(row, "crc64nvme"),
  };
}
