import { toCsvRow } from "../csv.ts";
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
    head: toCsvRow(COLUMNS),
    resolved: (line, answer) => {
      const { link, provider, method, url, headers } = answer;
      const { expiresAt = "", clampedBy = "", size = "", type = "", etag = "" } = answer;
      const signed = [method, url, JSON.stringify(headers), expiresAt, clampedBy];
      return toCsvRow([
        String(line),
        link,
        provider,
        ...signed,
        "",
        "",
        "",
        String(size),
        type,
        etag,
      ]);
    },
    failed: (line, { link, error: { code, message, hint = "" } }) =>
      toCsvRow([String(line), link, "", "", "", "", "", "", code, message, hint, "", "", ""]),
    summary: () => "",
  };
}
