/** Whole lines of a file, each with its line feed but perhaps the last. */
export interface LineChunk {
  /** At the beginning of memory of its own. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Number of the chunk's first line, from 1. */
  readonly firstLine: number;
}

const LINE_FEED = 0x0a;

/**
 * More than a link file allows, so that whoever reads the line still sees that it is too long. The rest
 * is dropped: one endless line must not fill the memory.
 */
export const MAX_LINE_BYTES = 128 * 1024;

/** Memory of a chunk: what arrives at once (see `input.ts`) and the line that it continues. */
const CHUNK_BYTES = 64 * 1024 + MAX_LINE_BYTES;

/**
 * Cuts a stream of bytes into chunks of whole lines, about as large as they arrive, for workers that
 * each read one chunk. What arrives is copied, so the source may use its memory again.
 *
 * @param spare memory of an earlier chunk to be used again, when there is some: collecting garbage as
 * fast as a disk reads would need much more of it.
 */
export async function* lineChunks(
  body: AsyncIterable<Uint8Array>,
  spare: () => ArrayBuffer | undefined = () => undefined,
): AsyncGenerator<LineChunk> {
  const rest = new Uint8Array(MAX_LINE_BYTES);
  let restBytes = 0;
  let firstLine = 1;
  const cut = (whole: Uint8Array): Uint8Array<ArrayBuffer> => {
    const length = restBytes + whole.length;
    const memory = spare();
    const bytes =
      memory !== undefined && memory.byteLength >= length
        ? new Uint8Array(memory, 0, length)
        : new Uint8Array(Math.max(length, CHUNK_BYTES)).subarray(0, length);
    bytes.set(rest.subarray(0, restBytes));
    bytes.set(whole, restBytes);
    restBytes = 0;
    return bytes;
  };
  for await (const bytes of body) {
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      yield { bytes: cut(bytes.subarray(0, end)), firstLine };
      firstLine += countLines(bytes, end);
    }
    const kept = bytes.subarray(end, end + MAX_LINE_BYTES - restBytes);
    rest.set(kept, restBytes);
    restBytes += kept.length;
  }
  if (restBytes > 0) yield { bytes: cut(new Uint8Array(0)), firstLine };
}

function countLines(bytes: Uint8Array, end: number): number {
  let lines = 0;
  for (let at = 0; at < end; at += 1) if (bytes[at] === LINE_FEED) lines += 1;
  return lines;
}
