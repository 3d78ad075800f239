import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";
import type { AddressInfo, Socket } from "node:net";
import type { Handler } from "@remote-storage/core/http/app.ts";
import { describeError } from "@remote-storage/core/http/describe-error.ts";
import type { Log } from "@remote-storage/core/log.ts";
import { hasLeft, toRequest } from "./node-request.ts";
import { sendReply } from "./node-response.ts";
import { refuseUnreadable } from "./unreadable.ts";

/** Milliseconds. A head that takes longer is an attack; bodies and answers may take any time while bytes move. */
const HEADERS_TIMEOUT = 20_000;
const IDLE_TIMEOUT = 120_000;
/** Longer than load balancers keep their side (60 s), so that none sends into a closed connection. */
const KEEP_ALIVE_TIMEOUT = 65_000;
/** Bytes. A link of 8 KiB, each byte percent-encoded, fits in. */
const MAX_HEADER_SIZE = 32_768;
/** Milliseconds that requests have to end when the server stops. */
const DRAIN_TIMEOUT = 10_000;

/** A server that listens. */
export interface LocalServer {
  readonly port: number;
  /** Stops accepting, lets running requests end, and cuts what is still there after ten seconds. */
  close(): Promise<void>;
}

/**
 * Serves the app on `host:port`; a port of 0 takes a free one.
 *
 * @throws the error of `listen`, such as `EADDRINUSE`.
 */
export async function listen(
  app: Handler,
  host: string,
  port: number,
  log: Log,
): Promise<LocalServer> {
  let closing = false;
  /** Connections without a request under way; Node counts those that never sent one as busy. */
  const quiet = new Set<Socket>();
  function handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { socket } = incoming;
    quiet.delete(socket);
    outgoing.once("close", () => {
      if (closing) socket.destroySoon();
      else if (!socket.destroyed) quiet.add(socket);
    });
    void answer(app, incoming, outgoing, log, () => closing);
  }
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT,
      // A bulk resolve may take an hour: only a connection where nothing moves is cut.
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
      maxHeaderSize: MAX_HEADER_SIZE,
    },
    handle,
  );
  server.setTimeout(IDLE_TIMEOUT);
  server.on("checkContinue", handle);
  server.on("clientError", refuseUnreadable);
  server.on("connection", (socket) => {
    quiet.add(socket);
    socket.once("close", () => quiet.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: portOf(server.address()),
    close() {
      closing = true;
      for (const socket of quiet) socket.destroy();
      return stop(server);
    },
  };
}

/** Never throws: what goes wrong here is a client that has left, and is logged. */
async function answer(
  app: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  log: Log,
  closing: () => boolean,
): Promise<void> {
  const started = performance.now();
  const facts: { principal?: string; requestId?: string | null; bytes: number } = { bytes: 0 };
  const { method, url: target = "/" } = incoming;
  try {
    const identified = (id: string) => (facts.principal = id);
    const { remoteAddress: remote } = incoming.socket;
    const reply = await app(toRequest(incoming, outgoing), {
      target,
      identified,
      ...(remote !== undefined && { remote }),
    });
    facts.requestId = reply.headers.get("x-request-id");
    facts.bytes = await sendReply(reply, incoming, outgoing, closing());
  } catch (error) {
    if (hasLeft(outgoing)) outgoing.destroy();
    else fail(outgoing, error, log, (facts.requestId ??= randomUUID()));
  }
  const { statusCode: status } = outgoing;
  const [path] = target.split("?", 1);
  const ms = Math.round(performance.now() - started);
  log.info(
    {
      method,
      path,
      status,
      ms,
      ...facts,
      ...(hasLeft(outgoing) && { aborted: true }),
    },
    "request",
  );
}

/** The app itself never throws: this is an answer that broke off, or one that HTTP cannot carry. */
function fail(outgoing: ServerResponse, error: unknown, log: Log, requestId: string): void {
  log.error({ error: describeError(error) }, "an answer could not be sent");
  // With the head gone, cutting the connection is the only honest end.
  if (outgoing.headersSent) outgoing.destroy();
  else outgoing.writeHead(500, { "X-Request-Id": requestId, "Content-Length": 0 }).end();
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT);
  await closed;
  clearTimeout(late);
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}
