import { toCsvRow } from "@remote-storage/core/csv.ts";
import type { ReportRow } from "./report-row.ts";

export type ReportFormat = "csv" | "ndjson";

const COLUMNS = ["source", "target", "size", "outcome", "verified", "checksum", "etag", "error"];

/** Characters that are handed on at once. */
const CHUNK = 65_536;

/** By the file's name; a name that tells nothing gets NDJSON. */
export function reportFormat(path: string): ReportFormat {
  return /\.csv$/i.test(path) ? "csv" : "ndjson";
}

/**
 * A report's text, in flat memory however many rows there are. CSV is RFC 4180 with a header. NDJSON is one
 * object a row and ends with `{"summary":{"objects","bytes","byOutcome"}}`: without it a report is not whole.
 */
export async function* writeReport(
  rows: Iterable<ReportRow> | AsyncIterable<ReportRow>,
  format: ReportFormat,
): AsyncGenerator<string> {
  const toText = format === "csv" ? toCsv : toJson;
  const byOutcome: Record<string, number> = {};
  let objects = 0;
  let bytes = 0;
  let text = format === "csv" ? toCsvRow(COLUMNS) : "";
  for await (const row of rows) {
    objects += 1;
    bytes += row.size;
    byOutcome[row.outcome] = (byOutcome[row.outcome] ?? 0) + 1;
    text += toText(row);
    if (text.length >= CHUNK) {
      yield text;
      text = "";
    }
  }
  if (format === "ndjson")
    text += `${JSON.stringify({ summary: { objects, bytes, byOutcome } })}\n`;
  if (text !== "") yield text;
}

function toJson(row: ReportRow): string {
  return `${JSON.stringify(row)}\n`;
}

function toCsv({ verified = "", checksum = "", etag = "", error, ...row }: ReportRow): string {
  const told = error === undefined ? "" : `${error.kind}: ${error.message}`;
  const { source, target, size, outcome } = row;
  return toCsvRow([source, target, String(size), outcome, verified, checksum, etag, told]);
}
