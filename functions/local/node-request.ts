import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { AppRequest } from "@remote-storage/core/http/app.ts";

/** True when a body follows the head (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { "transfer-encoding": coding, "content-length": length } = headers;
  return coding !== undefined || (length !== undefined && Number(length) > 0);
}

/** True once the client has gone before the end of its answer. */
export function hasLeft({ closed, writableFinished }: ServerResponse): boolean {
  return closed && !writableFinished;
}

/**
 * Node's request as the app reads it. The body is read only as fast as the app reads it; a client that
 * waits for `100 Continue` gets it when the app first wants the body.
 */
export function toRequest(incoming: IncomingMessage, outgoing: ServerResponse): AppRequest {
  const { method = "GET", rawHeaders } = incoming;
  const headers = new Headers();
  for (let index = 1; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index - 1] ?? "", rawHeaders[index] ?? "");
  }
  const bodyless = method === "GET" || method === "HEAD" || !hasBody(incoming);
  let signal: AbortSignal | undefined;
  return {
    method,
    headers,
    body: bodyless ? null : toBody(incoming, outgoing),
    // Most requests end without anybody having asked for it, and it costs as much as the rest of them.
    get signal() {
      return (signal ??= toSignal(outgoing));
    },
  };
}

/** Aborts when the client leaves. */
function toSignal(outgoing: ServerResponse): AbortSignal {
  const left = new AbortController();
  const check = () => {
    if (hasLeft(outgoing)) left.abort();
  };
  check();
  outgoing.once("close", check);
  return left.signal;
}

function toBody(incoming: IncomingMessage, outgoing: ServerResponse): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (chunks === undefined) {
          if (incoming.headers.expect !== undefined) outgoing.writeContinue();
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
