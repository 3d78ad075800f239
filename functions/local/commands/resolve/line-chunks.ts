/** Whole lines of a file, each with its line feed but perhaps the last. The chunk owns its memory. */
export interface LineChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Number of the chunk's first line, from 1. */
  readonly firstLine: number;
}

const LINE_FEED = 0x0a;

/**
 * No legal line is nearly as long. The rest of a longer one is dropped, so that one endless line cannot
 * fill the memory; what stays is still too long for whoever reads it.
 */
export const MAX_LINE_BYTES = 64 * 1024;

/**
 * Cuts a stream of bytes into chunks of whole lines, about as large as they arrive, for workers that
 * each read one chunk.
 */
export async function* lineChunks(body: AsyncIterable<Uint8Array>): AsyncGenerator<LineChunk> {
  let rest: Uint8Array = new Uint8Array(0);
  let firstLine = 1;
  for await (const bytes of body) {
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      yield { bytes: joined(rest, bytes.subarray(0, end)), firstLine };
      firstLine += countLines(bytes, end);
      rest = new Uint8Array(0);
    }
    const room = MAX_LINE_BYTES - rest.length;
    rest = joined(rest, bytes.subarray(end, end + Math.max(room, 0)));
  }
  if (rest.length > 0) yield { bytes: joined(rest, new Uint8Array(0)), firstLine };
}

function countLines(bytes: Uint8Array, end: number): number {
  let lines = 0;
  for (
    let at = bytes.indexOf(LINE_FEED);
    at !== -1 && at < end;
    at = bytes.indexOf(LINE_FEED, at + 1)
  )
    lines += 1;
  return lines;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
