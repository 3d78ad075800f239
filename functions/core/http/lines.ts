const NEWLINE = 0x0a;

/** A line that is too long is not kept: only that it was there. */
export type Line = { readonly text: string } | { readonly tooLong: true };

/**
 * The lines of a stream of UTF-8, one group for each chunk that arrives, so that answers leave as
 * soon as their lines are there. Holds at most one chunk and one line.
 *
 * @param maxBytes longest line.
 */
export async function* readLines(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<readonly Line[]> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  function take(piece: Uint8Array): void {
    heldBytes += piece.byteLength;
    // Copied: a slice would keep the whole chunk alive.
    if (heldBytes <= maxBytes) held.push(piece.slice());
    else held = [];
  }
  function end(): Line {
    const line: Line =
      heldBytes > maxBytes ? { tooLong: true } : { text: Buffer.concat(held).toString("utf8") };
    held = [];
    heldBytes = 0;
    return line;
  }
  for await (const chunk of body) {
    const lines: Line[] = [];
    let start = 0;
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, start);
      if (newline === -1) break;
      take(chunk.subarray(start, newline));
      lines.push(end());
      start = newline + 1;
    }
    if (start < chunk.byteLength) take(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  if (heldBytes > 0) yield [end()];
}
