import { closeSync, read } from "node:fs";
import { promisify } from "node:util";
import type { Offsets } from "@remote-storage/core/http/range.ts";

const readAt = promisify(read);

/** Large enough that the calls cost little beside the bytes, small enough for a thousand readers. */
const CHUNK = 256 * 1024;

/**
 * The bytes of an open file between inclusive offsets, read as they are asked for; takes over `fd`
 * and closes it at the end, on cancel, on failure and on abort. A file that has become shorter
 * meanwhile fails the stream: a short body never looks complete.
 */
export function fileBody(
  fd: number,
  { start, end }: Offsets,
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  let position = start;
  let reading = false;
  let finished = false;
  let controls: ReadableStreamDefaultController<Uint8Array> | undefined;

  // While a read is under way the descriptor must stay: its number could come to mean another file.
  const finish = (): void => {
    if (finished) return;
    finished = true;
    signal?.removeEventListener("abort", abort);
    if (!reading) closeSync(fd);
  };
  const abort = (): void => {
    finish();
    controls?.error(signal?.reason);
  };

  const next = async (): Promise<Uint8Array> => {
    const length = Math.min(CHUNK, end - position + 1);
    reading = true;
    try {
      const { bytesRead, buffer } = await readAt(
        fd,
        Buffer.allocUnsafeSlow(length),
        0,
        length,
        position,
      );
      if (bytesRead === 0) throw new Error("the file became shorter while it was read");
      position += bytesRead;
      return buffer.subarray(0, bytesRead);
    } finally {
      reading = false;
      if (finished) closeSync(fd);
    }
  };

  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        controls = controller;
        if (signal?.aborted === true) abort();
        else signal?.addEventListener("abort", abort, { once: true });
      },
      pull: async (controller) => {
        try {
          const bytes = await next();
          if (finished) return;
          controller.enqueue(bytes);
          if (position <= end) return;
          finish();
          controller.close();
        } catch (error) {
          finish();
          throw error;
        }
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  );
}

/** A body without a byte. */
export function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      controller.close();
    },
  });
}
