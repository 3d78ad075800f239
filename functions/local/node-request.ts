import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

/** True when a body follows the head (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { "transfer-encoding": coding, "content-length": length } = headers;
  return coding !== undefined || (length !== undefined && Number(length) > 0);
}

/**
 * A Web request of Node's. The body is read only as fast as the app reads it. The URL has a constant
 * host: what a client writes into `Host` decides nothing.
 *
 * @param onRead called when the app first wants the body, so that a client waiting for `100 Continue` gets it.
 */
export function toRequest(
  incoming: IncomingMessage,
  target: string,
  signal: AbortSignal,
  onRead: () => void,
): Request {
  const method = toMethod(incoming.method);
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const bodyless = method === "GET" || method === "HEAD" || !hasBody(incoming);
  return new Request(toUrl(target), {
    method,
    headers,
    signal,
    ...(!bodyless && { body: toBody(incoming, onRead), duplex: "half" }),
  });
}

/** A Web request cannot hold TRACE; under another name the app refuses it as it refuses any method. */
function toMethod(method = "GET"): string {
  return method === "TRACE" ? "UNSUPPORTED" : method;
}

function toUrl(target: string): string {
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  return `http://localhost${path.startsWith("/") ? path : "/"}`;
}

function toBody(incoming: IncomingMessage, onRead: () => void): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (chunks === undefined) {
          onRead();
          // Not destroyed when it is left early: the answer still has to go out on the same socket.
          const readable: Readable = incoming;
          chunks = readable.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
        }
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks?.return?.();
      },
    },
    // Without it the stream would pull once by itself, and the body be asked for before the answer is known.
    { highWaterMark: 0 },
  );
}
