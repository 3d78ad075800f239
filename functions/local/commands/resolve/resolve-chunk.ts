import type { LinkResolver } from "@remote-storage/core/links/link.ts";
import { type LinkBatch, readLinkFile } from "@remote-storage/core/links/link-file.ts";
import type { LinkFileSummary } from "@remote-storage/core/links/link-file-writer.ts";
import { type ResolveFileOptions, resolveLinks } from "@remote-storage/core/links/resolve-file.ts";
import type { LineChunk } from "./line-chunks.ts";

/** A chunk to resolve. */
export interface ChunkRequest extends LineChunk {
  /** Memory that earlier rows came in, to be used again: making it anew costs as much as signing. */
  readonly spare?: ArrayBuffer;
}

export interface ResolvedChunk {
  /** Encoded rows. The memory behind them may be larger. */
  readonly rows: Uint8Array<ArrayBuffer>;
  readonly summary: LinkFileSummary;
  /** The request's own memory, to be used again. */
  readonly chunk: ArrayBuffer;
}

/** Rows are about ten times as long as links. */
const ROWS_BYTES = 768 * 1024;

/** Resolves one chunk at a time into encoded rows, without the head and the summary of a whole file. */
export function createChunkResolver(
  resolver: LinkResolver,
  options: ResolveFileOptions,
  read: (chunk: LineChunk) => AsyncIterable<LinkBatch> = readLines,
): (request: ChunkRequest) => Promise<ResolvedChunk> {
  return async (request) => {
    const rows = createEncoder(request.spare ?? new ArrayBuffer(ROWS_BYTES));
    let summary: LinkFileSummary = { lines: 0, resolved: 0, failed: 0, byCode: {} };
    const texts = resolveLinks(read(request), resolver, {
      ...options,
      onSummary: (counted) => {
        summary = counted;
      },
    });
    for await (const text of texts) rows.append(text);
    return { rows: rows.bytes(), summary, chunk: request.bytes.buffer };
  };
}

function readLines({ bytes, firstLine }: LineChunk): AsyncIterable<LinkBatch> {
  return readLinkFile(only(bytes), firstLine);
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Writes texts as UTF-8 one after the other, into larger memory when they need it. */
function createEncoder(memory: ArrayBuffer) {
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(memory);
  let end = 0;
  return {
    append(text: string): void {
      // A UTF-16 code unit is at most three bytes of UTF-8.
      const room = end + text.length * 3;
      if (room > bytes.length) {
        const larger = new Uint8Array(Math.max(room, bytes.length * 2));
        larger.set(bytes.subarray(0, end));
        bytes = larger;
      }
      end += encoder.encodeInto(text, bytes.subarray(end)).written;
    },
    bytes: () => bytes.subarray(0, end),
  };
}
