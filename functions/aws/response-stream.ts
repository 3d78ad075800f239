import { once } from "node:events";
import type { Writable } from "node:stream";

/**
 * Sends a body as fast as it is taken, and ends the stream.
 *
 * A body that fails must not be piped: a pipe that breaks destroys the runtime's stream, and that ends
 * the process. Thrown, with the stream left open, the error reaches the runtime, which tells Lambda that
 * the answer is incomplete.
 *
 * @param milliseconds that it may take.
 * @param sent told the size of each chunk.
 * @throws whatever the body or the stream fails with, and when the time is over.
 */
export async function sendBody(
  body: ReadableStream<Uint8Array> | null,
  stream: Writable,
  milliseconds: number,
  sent: (bytes: number) => void,
): Promise<void> {
  // The head leaves with the first write, so there is one even when there is no body.
  stream.write("");
  if (body !== null) await sendChunks(body.getReader(), stream, milliseconds, sent);
  const finished = once(stream, "finish");
  stream.end();
  await finished;
}

async function sendChunks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  stream: Writable,
  milliseconds: number,
  sent: (bytes: number) => void,
): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  // Ends a pending read; a source that fails while it is left has no more to say.
  const leave = () => void reader.cancel().catch(() => undefined);
  const timer = setTimeout(() => {
    over.abort(new Error("the time of the function is nearly over"));
    leave();
  }, milliseconds);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return;
      sent(value.byteLength);
      if (value.byteLength > 0 && !stream.write(value)) await once(stream, "drain", { signal });
    }
  } finally {
    clearTimeout(timer);
    leave();
  }
}
