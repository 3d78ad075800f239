import type { Readable } from "node:stream";
import type { Container, Operation } from "./container.ts";

/** A store that sends nothing for so long, while bytes are waited for, has gone away. */
const STALL_SECONDS = 60;

/** So often in a row a download that breaks off is taken up again without a byte having come. */
const RESUMES = 2;

/**
 * The bytes of a download as a Web stream. It reads ahead no more than the socket does. Where the
 * store breaks off it goes on from there; when that does not help, or the store stalls, it ends with
 * a `StorageError`, and with the signal's reason when that fires. Cancelled, it closes the connection.
 *
 * The SDK's own resumption is not used: it takes a lost connection for the caller's abort.
 *
 * @param resume opens the rest of the same object after so many bytes.
 */
export function toBody(
  first: Readable,
  resume: (received: number) => Promise<Readable>,
  container: Container,
  operation: Operation,
): ReadableStream<Uint8Array> {
  let source = first;
  let chunks = chunksOf(source);
  let received = 0;
  let failures = 0;
  let cancelled = false;

  /** Undefined at the end. */
  async function nextChunk(): Promise<Uint8Array | undefined> {
    const timer = setTimeout(() => {
      const message = `Azure Blob Storage sent no byte for ${STALL_SECONDS} s`;
      source.destroy(container.error("timeout", message, operation));
    }, STALL_SECONDS * 1000);
    try {
      const { value } = await chunks.next();
      return value instanceof Uint8Array ? value : undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  async function next(): Promise<Uint8Array | undefined> {
    for (;;) {
      try {
        const chunk = await nextChunk();
        received += chunk?.byteLength ?? 0;
        failures = 0;
        return chunk;
      } catch (error) {
        operation.signal?.throwIfAborted();
        if (cancelled) return undefined;
        const failure = container.translate(error, operation);
        if (failure.kind === "timeout" || ++failures > RESUMES) throw failure;
      }
      source = await resume(received);
      chunks = chunksOf(source);
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await next();
        if (cancelled) source.destroy();
        else if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      cancel() {
        cancelled = true;
        source.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The iterator listens only once it is asked: an error before that would end the process. */
function chunksOf(source: Readable): AsyncIterator<unknown> {
  source.on("error", () => undefined);
  return source[Symbol.asyncIterator]();
}
