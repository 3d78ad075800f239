import { once } from "node:events";
import type { Connection } from "./connection.ts";

/**
 * A body that is read only as fast as the client takes it, and not at all once it has left. When the body
 * fails, the connection is cut: with the head gone, that is the only honest end, and the library would
 * leave it open.
 *
 * @param broke told why.
 */
export function paced(
  body: ReadableStream<Uint8Array>,
  { outgoing, left }: Connection,
  broke: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  // A source that fails while it is left has no more to say.
  const leave = () => void reader.cancel().catch(() => undefined);
  if (left.aborted) leave();
  else left.addEventListener("abort", leave, { once: true });
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          if (outgoing.writableNeedDrain) await once(outgoing, "drain", { signal: left });
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          if (left.aborted) return controller.close();
          broke(error);
          outgoing.destroy();
          controller.error(error);
        }
        return undefined;
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Else a chunk would be read before the one ahead of it is sent.
    { highWaterMark: 0 },
  );
}
