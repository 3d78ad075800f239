import { subscribe } from "node:diagnostics_channel";
import { IncomingMessage, ServerResponse } from "node:http";

/** The way back to the client of one request that is streamed. */
export interface Connection {
  readonly outgoing: ServerResponse;
  /** Aborted when the connection ends before the answer does. */
  readonly left: AbortSignal;
}

/** The connection of an invocation, once; `undefined` when requests are not streamed. */
export type TakeConnection = (invocationId: string) => Connection | undefined;

const INVOCATION = "x-ms-invocation-id";

/**
 * Finds the connections that the library's HTTP proxy answers on. The library shows neither when a client
 * leaves nor how fast it reads, and writes whatever a body gives: a slow client would have the whole of it
 * kept in memory. Node tells of every request that arrives in the process.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 * @see https://github.com/Azure/azure-functions-nodejs-library/blob/v4.x/src/http/httpProxy.ts
 */
export function watchConnections(): TakeConnection {
  const arrived = new Map<string, ServerResponse>();
  subscribe("http.server.request.start", (message) => {
    const { request, response }: Readonly<Record<string, unknown>> = Object(message);
    if (!(request instanceof IncomingMessage && response instanceof ServerResponse)) return;
    const id = request.headers[INVOCATION];
    if (typeof id !== "string") return;
    arrived.set(id, response);
    response.once("close", () => arrived.delete(id));
  });
  return (invocationId) => {
    const outgoing = arrived.get(invocationId);
    if (outgoing === undefined) return undefined;
    arrived.delete(invocationId);
    const left = new AbortController();
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) left.abort(new Error("the client has left"));
    });
    return { outgoing, left: left.signal };
  };
}
