import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Journal, openJournal, readJournal } from "../../functions/migration/journal.ts";
import type { JournalEntry } from "../../functions/migration/journal-entry.ts";
import { JournalBusyError, JournalMismatchError } from "../../functions/migration/journal-error.ts";
import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import { temporary } from "./stage.ts";

const entry = (key: string, more: Partial<JournalEntry> = {}): JournalEntry => ({
  key,
  size: 1,
  identity: `of ${key}`,
  state: "copied",
  at: 1,
  ...more,
});

function use<T>(path: string, work: (journal: Journal) => T): T {
  const journal = openJournal({ path, source: "a", target: "b" });
  try {
    return work(journal);
  } finally {
    journal.close();
  }
}

test("what is recorded is found again, in this run and the one that goes on", () => {
  const path = join(temporary(), "j.sqlite");
  const full = entry("k", {
    crc32: "00ff00ff",
    etag: '"e"',
    proof: "md5",
    error: { kind: "denied", message: "no" },
  });
  use(path, (journal) => {
    journal.record(full);
    expect(journal.find("k")).toEqual({ ...full, current: true });
  });
  expect(use(path, (journal) => journal.find("k"))).toEqual({ ...full, current: true });
  expect([...readJournal(path)]).toEqual([full]);
});

test("after a run that came to its end a new one begins: what is known is known as earlier", () => {
  const path = join(temporary(), "j.sqlite");
  use(path, (journal) => {
    journal.record(entry("k"));
    journal.finish();
  });
  use(path, (journal) => {
    expect(journal.find("k")?.current).toBe(false);
    journal.record(entry("l"));
  });
  expect(Array.from(readJournal(path), ({ key }) => key)).toEqual(["l"]);
});

test("rows come in the order of the keys' bytes, whatever order they were written in", () => {
  const keys = fc.uniqueArray(fc.string({ unit: "binary", minLength: 1 }), { maxLength: 50 });
  const folder = temporary();
  let file = 0;
  fc.assert(
    fc.property(keys, (written) => {
      const path = join(folder, `${file++}.sqlite`);
      use(path, (journal) => {
        for (const key of written) journal.record(entry(key));
      });
      const read = Array.from(readJournal(path), ({ key }) => key);
      expect(read).toEqual(written.toSorted(compareKeys));
    }),
    { numRuns: 20 },
  );
});

test("unfinished uploads are remembered with their parts until they end", () => {
  const path = join(temporary(), "j.sqlite");
  const part = { number: 2, etag: '"p"', crc32: 0xffffffff, proof: "crc32" } as const;
  use(path, ({ uploads }) => {
    uploads.begin("k", { id: "u", identity: "i", partSize: 5 });
    uploads.arrived("k", part);
  });
  use(path, ({ uploads }) => {
    const begun = { id: "u", identity: "i", partSize: 5 };
    expect(uploads.find("k")).toEqual({ ...begun, parts: [part], fetched: [] });
    uploads.begin("k", { id: "v", identity: "i", partSize: 5 });
    expect(uploads.find("k")?.parts).toEqual([]);
    uploads.end("k");
    expect(uploads.find("k")).toBeUndefined();
  });
});

test("parts that the target has fetched are remembered alike", () => {
  const path = join(temporary(), "j.sqlite");
  const begun = { id: "u", identity: "i", partSize: 5 };
  const part = { number: 2, size: 5, crc64nvme: "rosUhgp5mIg=" };
  use(path, ({ uploads }) => {
    uploads.begin("k", begun);
    uploads.fetched("k", part);
  });
  use(path, ({ uploads }) => {
    expect(uploads.find("k")).toEqual({ ...begun, parts: [], fetched: [part] });
    uploads.begin("k", begun);
    expect(uploads.find("k")?.fetched).toEqual([]);
  });
});

test("a second run on one journal says so, and so does a journal of another migration", () => {
  const path = join(temporary(), "j.sqlite");
  use(path, () => {
    expect(() => openJournal({ path, source: "a", target: "b" })).toThrow(JournalBusyError);
  });
  expect(() => openJournal({ path, source: "a", target: "c" })).toThrow(JournalMismatchError);
  const other = join(temporary(), "other");
  writeFileSync(other, "this is no database, however long it is".repeat(100));
  expect(() => openJournal({ path: other, source: "a", target: "b" })).toThrow(
    JournalMismatchError,
  );
});

const url = (name: string) => new URL(`../../functions/migration/${name}`, import.meta.url).href;

/** Records without an end, telling each commit's worth of rows. */
const writer = `
  const { openJournal } = await import(${JSON.stringify(url("journal.ts"))});
  const journal = openJournal({ path: process.argv[1], source: "a", target: "b" });
  for (let row = 0; ; row++) {
    journal.record({ key: "k" + row, size: 1, identity: "", state: "copied", at: 1 });
    if (row % 128 === 127) process.stdout.write(row + "\\n");
    if (row % 1024 === 0) await new Promise(setImmediate);
  }
`;

test("a killed process lets go of the journal, and all that it had committed is there", async () => {
  const path = join(temporary(), "j.sqlite");
  const child = spawn(process.execPath, ["--input-type=module", "-e", writer, path]);
  let told = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    told = Number(line);
    if (told > 2000) break;
  }
  child.kill("SIGKILL");
  await once(child, "close");
  use(path, (journal) => {
    for (let row = 0; row <= told; row++) expect(journal.find(`k${row}`)?.state).toBe("copied");
  });
});
