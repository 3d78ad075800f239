import { latest } from "../signing/latest.ts";
import type { ResolvedLink } from "./link.ts";
import type { LinkFileWriter } from "./link-file-writer.ts";

/**
 * One JSON object a line, with the same keys in the same order. Lines are put together by hand: with one
 * JSON.stringify for each, writing would take longer than signing.
 */
export function createNdjsonWriter(): LinkFileWriter {
  /** What is around a signed URL: the same for nearly all rows. */
  const frameOf = latest(
    (
      provider: string,
      method: string,
      headers: ResolvedLink["headers"],
      expiresAt: string | undefined,
      clampedBy: string | undefined,
    ) => {
      const names = Object.keys(headers);
      const sent = names.length === 0 ? "{}" : JSON.stringify(headers);
      const expiry = expiresAt === undefined ? "" : `,"expiresAt":"${expiresAt}"`;
      const clamp = clampedBy === undefined ? "" : `,"clampedBy":"${clampedBy}"`;
      return {
        before: `,"provider":${JSON.stringify(provider)},"method":"${method}","url":"`,
        after: `","headers":${sent}${expiry}${clamp}`,
      };
    },
  );
  return {
    head: "",
    resolved: (
      line,
      { link, provider, method, url, headers, expiresAt, clampedBy, size, type, etag },
    ) => {
      const { before, after } = frameOf(provider, method, headers, expiresAt, clampedBy);
      // What is signed was percent-encoded by the signer; a public URL is whatever the file says.
      const written = expiresAt === undefined ? JSON.stringify(url).slice(1, -1) : url;
      return `{"line":${line},"link":${quote(link)}${before}${written}${after}${writeFacts(size, type, etag)}}\n`;
    },
    failed: (line, { link, error }) => `${JSON.stringify({ line, link, error })}\n`,
    summary: (summary) => `${JSON.stringify({ summary })}\n`,
  };
}

/** As JSON.stringify, which takes three times as long for the text of nearly every link. */
function quote(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** What a check has found, as the rest of an object. */
function writeFacts(size?: number, type?: string, etag?: string): string {
  if (size === undefined && type === undefined && etag === undefined) return "";
  return `,${JSON.stringify({ size, type, etag }).slice(1, -1)}`;
}
