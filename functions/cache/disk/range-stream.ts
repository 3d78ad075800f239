import type { Offsets } from "@remote-storage/core/http/range.ts";
import { LostEntryError } from "../cache-store.ts";

/** Bytes read from a file at once. */
const CHUNK = 256 * 1024;

/** An inclusive range of positions as a stream. */
export interface RangeSource {
  /** At least one byte from the position, at most as many as asked for. */
  read(position: number, most: number): Promise<Uint8Array>;
  /** Called exactly once: at the end, after a failure, or when the reader has left. */
  end(): Promise<void>;
}

/** Reads only as fast as it is read. */
export function streamRange({ start, end }: Offsets, source: RangeSource) {
  let position = start;
  let over = false;

  async function finish(): Promise<void> {
    if (over) return;
    over = true;
    await source.end();
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          if (position <= end) {
            const chunk = await source.read(position, Math.min(CHUNK, end + 1 - position));
            if (over) return;
            position += chunk.byteLength;
            controller.enqueue(chunk);
          }
          if (position <= end) return;
          await finish();
          controller.close();
        } catch (error) {
          await finish();
          throw error;
        }
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  );
}

/** What a cache's own files throw, as what a cache's readers expect. */
export function toLost(error: unknown): unknown {
  return error instanceof Error && "errno" in error
    ? new LostEntryError("the cache's disk cannot be read", { cause: error })
    : error;
}
