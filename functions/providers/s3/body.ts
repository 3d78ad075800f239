import { addAbortSignal, type Readable } from "node:stream";

/**
 * A download as a Web stream that reads no further ahead than the socket does. A connection may break
 * half-way: what `failure` makes of that ends it. Cancelled, it closes the connection.
 */
export function toBody(
  source: Readable,
  signal: AbortSignal | undefined,
  failure: (error: unknown) => unknown,
): ReadableStream<Uint8Array> {
  if (signal !== undefined) addAbortSignal(signal, source);
  // The iterator listens only once it is asked: an error before that would end the process.
  source.on("error", () => undefined);
  const chunks: AsyncIterator<Uint8Array> = source.iterator();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          throw failure(error);
        }
      },
      cancel() {
        source.destroy();
      },
    },
    // Nothing is read ahead of the reader: the socket's own buffer does that.
    { highWaterMark: 0 },
  );
}
