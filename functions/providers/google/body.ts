import type { Readable } from "node:stream";
import { type ErrorPlace, StorageError } from "@remote-storage/core/storage/errors.ts";
import { failure, toStorageError } from "./errors.ts";

/** A store that sends nothing for so long, while bytes are waited for, has gone away. */
const STALL_SECONDS = 60;

/**
 * A download as a Web stream. It reads no further ahead than the socket does; it ends with a
 * `StorageError` when the store breaks off or stalls, and with the signal's reason when that fires.
 */
export function fromDownload(
  source: Readable,
  place: ErrorPlace,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  // The iterator listens only once it is asked: an error before that would end the process.
  source.on("error", () => undefined);
  const chunks: AsyncIterator<unknown> = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const stalled = failure("timeout", place, new Error(`no byte for ${STALL_SECONDS} s`));
        const timer = setTimeout(() => source.destroy(stalled), STALL_SECONDS * 1000);
        try {
          const { done, value } = await chunks.next();
          if (done === true) controller.close();
          else if (value instanceof Uint8Array) controller.enqueue(value);
        } catch (error) {
          signal?.throwIfAborted();
          throw toStorageError(error, place);
        } finally {
          clearTimeout(timer);
        }
      },
      cancel() {
        source.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Passes bytes on and breaks off with `invalid-request` when they are not `size` in the end. */
export function measure(size: number, place: ErrorPlace): TransformStream<Uint8Array, Uint8Array> {
  let sent = 0;
  return new TransformStream({
    transform(chunk, controller) {
      sent += chunk.byteLength;
      if (sent > size) throw mismatch(sent, size, place);
      controller.enqueue(chunk);
    },
    flush() {
      if (sent !== size) throw mismatch(sent, size, place);
    },
  });
}

export function mismatch(sent: number, size: number, place: ErrorPlace): StorageError {
  const message = `the body is not ${size} bytes long as announced, but has ${sent > size ? "more" : sent}`;
  return new StorageError("invalid-request", message, place);
}
