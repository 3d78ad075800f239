import type { Offsets } from "@remote-storage/core/http/range.ts";
import { LostEntryError, type Entry, type EntryHeader } from "../cache-store.ts";
import { collect } from "../collect.ts";
import { toStream } from "../streams.ts";

/** A body on its way into a bucket, kept in memory until it is there; others read it meanwhile. */
export interface Arriving {
  readonly entry: Entry;
  /** The whole body; throws what it throws, `LostEntryError` when it has another length than the header says. */
  receive(body: ReadableStream<Uint8Array>): Promise<readonly Uint8Array[]>;
}

export function createArriving(header: EntryHeader): Arriving {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let failure: unknown;
  let over = false;
  let arrived = Promise.withResolvers<void>();

  function announce(): void {
    arrived.resolve();
    arrived = Promise.withResolvers<void>();
  }

  function isAwaited(index: number): boolean {
    return index >= chunks.length && !over;
  }

  function read({ start, end }: Offsets = { start: 0, end: header.size - 1 }) {
    let index = 0;
    let position = 0;
    async function next(): Promise<Uint8Array | undefined> {
      while (position <= end) {
        while (isAwaited(index)) await arrived.promise;
        const chunk = chunks[index];
        if (chunk === undefined) throw failure;
        const piece = chunk.subarray(Math.max(0, start - position), end + 1 - position);
        index += 1;
        position += chunk.byteLength;
        if (piece.byteLength > 0) return piece;
      }
      return undefined;
    }
    return toStream(next, () => Promise.resolve());
  }

  return {
    entry: {
      header,
      read: async (range) => read(range),
      bytes: async (range) => collect(read(range)),
    },
    async receive(body) {
      try {
        for await (const chunk of body) {
          length += chunk.byteLength;
          if (length > header.size) throw new LostEntryError("the body is longer than said");
          chunks.push(chunk);
          announce();
        }
        if (length < header.size) throw new LostEntryError("the body ended early");
        return chunks;
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        over = true;
        announce();
      }
    },
  };
}
