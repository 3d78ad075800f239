import type { Readable } from "node:stream";
import type { Container, Operation } from "./container.ts";

/** A store that sends nothing for so long, while bytes are waited for, has gone away. */
const STALL_SECONDS = 60;

/**
 * The bytes of a download as a Web stream. It reads ahead no more than the socket does, ends with a
 * `StorageError` when the store breaks off or stalls and with the signal's reason when that fires,
 * and closes the connection when it is cancelled.
 */
export function toBody(
  source: Readable,
  container: Container,
  operation: Operation,
): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<unknown> = source[Symbol.asyncIterator]();

  async function next(): Promise<Uint8Array | undefined> {
    const timer = setTimeout(() => {
      const message = `Azure Blob Storage sent no byte for ${STALL_SECONDS} s`;
      source.destroy(container.error("timeout", message, operation));
    }, STALL_SECONDS * 1000);
    try {
      const { value } = await chunks.next();
      return value instanceof Uint8Array ? value : undefined;
    } catch (error) {
      operation.signal?.throwIfAborted();
      throw container.translate(error, operation);
    } finally {
      clearTimeout(timer);
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await next();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      cancel() {
        source.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
