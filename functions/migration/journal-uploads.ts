import type { DatabaseSync } from "node:sqlite";
import { numberOf, type Row, textOf, wordOf } from "./journal-row.ts";
import { PROOFS, type SentPart } from "./target.ts";
import type { Uploads } from "./uploads.ts";

/** The tables of unfinished uploads. `change` takes a change into the journal at once. */
export function openUploads(database: DatabaseSync, change: (work: () => void) => void): Uploads {
  const select = database.prepare("SELECT * FROM upload WHERE key = ?");
  const selectParts = database.prepare("SELECT * FROM part WHERE key = ? ORDER BY number");
  const insert = database.prepare("INSERT OR REPLACE INTO upload VALUES (?, ?, ?, ?)");
  const insertPart = database.prepare("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM upload WHERE key = ?");
  const removeParts = database.prepare("DELETE FROM part WHERE key = ?");
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
      };
    },
    begin: (key, { id, identity, partSize }) => {
      change(() => {
        removeParts.run(key);
        insert.run(key, id, identity, partSize);
      });
    },
    arrived: (key, { number, etag, crc32, proof }) => {
      change(() => {
        insertPart.run(key, number, etag, crc32, proof);
      });
    },
    end: (key) => {
      change(() => {
        removeParts.run(key);
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
