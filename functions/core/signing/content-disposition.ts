import { encodeComponent } from "./uri-encode.ts";

/** RFC 6266 §4.1 wants ISO-8859-1 in a quoted string; anything outside printable ASCII is replaced. */
const NOT_QUOTABLE = /[^\x20-\x7e]|["\\%]/g;

/**
 * `Content-Disposition: attachment` for a file name of any characters. Plain names give
 * `attachment; filename="cat.jpg"`; others add `filename*` (RFC 8187), which browsers prefer. A header
 * cannot be split: line ends and quotes never come out as they went in. Lone surrogates become U+FFFD.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6266
 */
export function attachment(filename: string): string {
  const name = filename.toWellFormed();
  const ascii = name.replace(NOT_QUOTABLE, "_");
  const plain = `attachment; filename="${ascii}"`;
  return ascii === name ? plain : `${plain}; filename*=UTF-8''${encodeComponent(name)}`;
}
