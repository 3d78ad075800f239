import type { ByteRange } from "../storage/provider.ts";

/** Inclusive offsets within an object of known size. */
export interface Offsets {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a `Range` header of one byte range: `bytes=0-99`, `bytes=100-`, `bytes=-20`. Several ranges,
 * other units and anything malformed give `undefined`: a server may ignore the header and then
 * answers with the whole object.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function parseRange(header: string | null): ByteRange | undefined {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? "");
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "") return last === "" ? undefined : { suffix: toOffset(last) };
  const start = toOffset(first);
  if (last === "") return { start };
  const end = toOffset(last);
  return end < start ? undefined : { start, end };
}

/**
 * Where a range lies in an object of `size` bytes: an end beyond the object is cut off there, a
 * suffix longer than the object is all of it. `undefined` when not one byte is covered (416).
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 */
export function resolveRange(range: ByteRange, size: number): Offsets | undefined {
  if ("suffix" in range) {
    if (range.suffix <= 0 || size === 0) return undefined;
    return { start: Math.max(0, size - range.suffix), end: size - 1 };
  }
  const end = Math.min(range.end ?? size - 1, size - 1);
  return range.start > end ? undefined : { start: range.start, end };
}

/** The value of `Content-Range` for a 206; without offsets that of a 416. */
export function contentRange(offsets: Offsets | undefined, size: number): string {
  return offsets === undefined
    ? `bytes */${size}`
    : `bytes ${offsets.start}-${offsets.end}/${size}`;
}

/** Digits beyond the safe integers mean "further than any object", which the largest one says too. */
function toOffset(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}
