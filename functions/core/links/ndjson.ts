import type { LinkFileWriter } from "./link-file-writer.ts";

/**
 * One JSON object a line, with the same keys in the same order. Lines are put together by hand: with one
 * JSON.stringify for each, writing would take longer than signing.
 */
export function createNdjsonWriter(): LinkFileWriter {
  const providers = new Map<string, string>();
  const quoteProvider = (name: string): string => {
    const known = providers.get(name) ?? JSON.stringify(name);
    providers.set(name, known);
    return known;
  };
  return {
    head: "",
    resolved: (
      line,
      { link, provider, method, url, headers, expiresAt, clampedBy, size, type, etag },
    ) => {
      const names = Object.keys(headers);
      const sent = names.length === 0 ? "{}" : JSON.stringify(headers);
      // What is signed was percent-encoded by the signer; a public URL is whatever the file says.
      const quoted = expiresAt === undefined ? JSON.stringify(url) : `"${url}"`;
      const expiry = expiresAt === undefined ? "" : `,"expiresAt":"${expiresAt}"`;
      const clamp = clampedBy === undefined ? "" : `,"clampedBy":"${clampedBy}"`;
      return `{"line":${line},"link":${JSON.stringify(link)},"provider":${quoteProvider(provider)},"method":"${method}","url":${quoted},"headers":${sent}${expiry}${clamp}${writeFacts(size, type, etag)}}\n`;
    },
    failed: (line, { link, error }) => `${JSON.stringify({ line, link, error })}\n`,
    summary: (summary) => `${JSON.stringify({ summary })}\n`,
  };
}

/** What a check has found, as the rest of an object. */
function writeFacts(size?: number, type?: string, etag?: string): string {
  if (size === undefined && type === undefined && etag === undefined) return "";
  return `,${JSON.stringify({ size, type, etag }).slice(1, -1)}`;
}
