import type { Offsets } from "@remote-storage/core/http/range.ts";

/** The bytes of a range of a stream; the rest before is dropped, the rest after is not asked for. */
export function cut(
  stream: ReadableStream<Uint8Array>,
  { start, end }: Offsets,
): ReadableStream<Uint8Array> {
  return ReadableStream.from(within(stream, start, end));
}

async function* within(stream: ReadableStream<Uint8Array>, start: number, end: number) {
  if (end < start) return;
  let position = 0;
  for await (const chunk of stream) {
    const from = Math.max(0, start - position);
    const piece = chunk.subarray(from, end + 1 - position);
    position += chunk.byteLength;
    if (piece.byteLength > 0) yield piece;
    if (position > end) return;
  }
}

/**
 * A stream of exactly `size` bytes: where it fails or ends early, `resume` goes on from the position reached. Its
 * second failure is thrown.
 */
export function resumed(
  stream: ReadableStream<Uint8Array>,
  size: number,
  resume: (position: number, error: unknown) => Promise<ReadableStream<Uint8Array>>,
): ReadableStream<Uint8Array> {
  return ReadableStream.from(twice(stream, size, resume));
}

async function* twice(
  stream: ReadableStream<Uint8Array>,
  size: number,
  resume: (position: number, error: unknown) => Promise<ReadableStream<Uint8Array>>,
) {
  let position = 0;
  let failure: unknown;
  try {
    for await (const chunk of stream) {
      position += chunk.byteLength;
      yield chunk;
    }
  } catch (error) {
    failure = error;
  }
  if (position >= size) return;
  for await (const chunk of await resume(position, failure)) yield chunk;
}

/** Bytes of a body that nobody wants. */
export function discard(stream: ReadableStream<Uint8Array>): void {
  stream.cancel().catch(() => undefined);
}
