import type { LinkFileWriter } from "./link-file-writer.ts";

const COLUMNS = [
  "line",
  "link",
  "provider",
  "method",
  "url",
  "headers",
  "expiresAt",
  "clampedBy",
  "code",
  "message",
  "hint",
  "size",
  "type",
  "etag",
];

/** RFC 4180, with a header line; `headers` is JSON. Line breaks are CRLF. */
export function createCsvWriter(): LinkFileWriter {
  return {
    head: toRow(COLUMNS),
    resolved: (line, answer) => {
      const { link, provider, method, url, headers } = answer;
      const { expiresAt = "", clampedBy = "", size = "", type = "", etag = "" } = answer;
      const signed = [method, url, JSON.stringify(headers), expiresAt, clampedBy];
      return toRow([String(line), link, provider, ...signed, "", "", "", String(size), type, etag]);
    },
    failed: (line, { link, error: { code, message, hint = "" } }) =>
      toRow([String(line), link, "", "", "", "", "", "", code, message, hint, "", "", ""]),
    summary: () => "",
  };
}

function toRow(fields: readonly string[]): string {
  return `${fields.map(quote).join(",")}\r\n`;
}

/** Values that a spreadsheet takes for formulas are quoted, never altered: they are data. */
function quote(field: string): string {
  return /[",\r\n]|^[=+\-@\t ]| $/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
