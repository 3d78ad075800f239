import type { LinkFileWriter } from "./link-file-writer.ts";

/** One JSON object a line; the same keys in the same order on every line of a kind. */
export function createNdjsonWriter(): LinkFileWriter {
  return {
    head: "",
    resolved: (line, { link, provider, method, url, headers, expiresAt, clampedBy }) => {
      const expiry = expiresAt === undefined ? "" : `,"expiresAt":"${expiresAt}"`;
      const clamp = clampedBy === undefined ? "" : `,"clampedBy":"${clampedBy}"`;
      // Put together by hand: one JSON.stringify of the whole object takes twice as long.
      return `{"line":${line},"link":${JSON.stringify(link)},"provider":${JSON.stringify(provider)},"method":"${method}","url":${JSON.stringify(url)},"headers":${JSON.stringify(headers)}${expiry}${clamp}}\n`;
    },
    failed: (line, { link, error }) => `${JSON.stringify({ line, link, error })}\n`,
    summary: (summary) => `${JSON.stringify({ summary })}\n`,
  };
}
