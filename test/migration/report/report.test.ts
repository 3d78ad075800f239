import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { openJournal, readJournal } from "../../../functions/migration/journal.ts";
import type { JournalEntry } from "../../../functions/migration/journal-entry.ts";
import { reportFormat, writeReport } from "../../../functions/migration/report/report.ts";
import {
  type ReportRow,
  rowOfEntry,
  rowOfFinding,
} from "../../../functions/migration/report/report-row.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { parseCsv } from "./parse-csv.ts";

const places = { source: "/data/storage/own-private/", target: "s3://bucket/moved/" };

async function write(rows: Iterable<ReportRow>, format: "csv" | "ndjson"): Promise<string> {
  let text = "";
  for await (const chunk of writeReport(rows, format)) text += chunk;
  return text;
}

const entry: JournalEntry = {
  key: "cats/a.jpg",
  size: 3,
  identity: "1",
  state: "copied",
  crc32: "352441c2",
  etag: '"900150983cd24fb0d6963f7d28e17f72"',
  proof: "crc32",
  at: 0,
};
const failed: JournalEntry = {
  key: "=cmd|' /C calc'!A0",
  size: 5,
  identity: "2",
  state: "failed",
  error: { kind: "denied", message: 'the store said "no"' },
  at: 0,
};

test("CSV: a header and one row an object", async () => {
  const rows = [entry, failed].map((each) => rowOfEntry(each, places));
  expect(await write(rows, "csv")).toBe(
    [
      "source,target,size,outcome,verified,checksum,etag,error",
      '/data/storage/own-private/cats/a.jpg,s3://bucket/moved/cats/a.jpg,3,copied,crc32,crc32:352441c2,"""900150983cd24fb0d6963f7d28e17f72""",',
      `/data/storage/own-private/=cmd|' /C calc'!A0,s3://bucket/moved/=cmd|' /C calc'!A0,5,failed,,,,"denied: the store said ""no"""`,
      "",
    ].join("\r\n"),
  );
});

test("NDJSON: one object a row, and a last one by which a whole report is known", async () => {
  const finding = { name: "b", outcome: "missing", detail: "the target does not have it" } as const;
  const rows = [rowOfEntry(entry, places), rowOfFinding(finding, places)];
  const lines = (await write(rows, "ndjson")).split("\n");
  expect(lines.pop()).toBe("");
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    rows[0],
    {
      source: "/data/storage/own-private/b",
      target: "s3://bucket/moved/b",
      size: 0,
      outcome: "missing",
      error: { kind: "missing", message: "the target does not have it" },
    },
    { summary: { objects: 2, bytes: 3, byOutcome: { copied: 1, missing: 1 } } },
  ]);
});

test("the format follows the file's name", () => {
  expect(["a.csv", "A.CSV", "a.json", "a.ndjson", "a"].map(reportFormat)).toEqual([
    "csv",
    "csv",
    "ndjson",
    "ndjson",
    "ndjson",
  ]);
});

describe("any name comes back as it is, and none begins a cell", () => {
  const character = fc.constantFrom(
    "=",
    "+",
    "-",
    "@",
    ";",
    ",",
    "'",
    '"',
    "\t",
    "\r",
    "\n",
    " ",
    "|",
    "a",
    "\0",
    "\u2028",
    "é",
    "😀",
  );
  const name = fc.array(character, { minLength: 1, maxLength: 12 }).map((units) => units.join(""));

  test("in CSV and in NDJSON", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 5 }), async (names) => {
        const rows = names.map((key) => rowOfEntry({ ...failed, key }, places));
        const [, ...cells] = parseCsv(await write(rows, "csv"));
        expect(cells.map(([source]) => source)).toEqual(names.map((key) => places.source + key));
        expect(cells.map(([, target]) => target)).toEqual(names.map((key) => places.target + key));
        for (const cell of cells.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        const lines = (await write(rows, "ndjson")).split("\n").slice(0, names.length);
        expect(lines.map((line): unknown => JSON.parse(line))).toEqual(rows);
      }),
      { numRuns: propertyRuns(200, 20_000) },
    );
  });
});

test("after a resumed run every object is in it once, in the order of the names", async () => {
  const folder = mkdtempSync(join(tmpdir(), "report-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "journal");
  const options = { path, source: "s", target: "t", fresh: false };
  const first = openJournal(options);
  first.record({ ...entry, key: "b", state: "failed" });
  first.record({ ...entry, key: "\u{10000}" });
  first.close();
  const second = openJournal(options);
  second.record({ ...entry, key: "b" });
  second.record({ ...entry, key: "\uE000" });
  second.record({ ...entry, key: "a" });
  second.close();
  const rows = Array.from(readJournal(path), (each) =>
    rowOfEntry(each, { source: "", target: "" }),
  );
  expect(rows.map(({ source, outcome }) => [source, outcome])).toEqual([
    ["a", "copied"],
    ["b", "copied"],
    ["\uE000", "copied"],
    ["\u{10000}", "copied"],
  ]);
});
