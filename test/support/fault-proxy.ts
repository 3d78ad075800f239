import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/**
 * How a request goes wrong:
 * - `delay`: it is passed on after `milliseconds`.
 * - `reset`: the connection is reset before anything is passed on.
 * - `lose`: the store has done it, and the connection is reset in place of the reply.
 * - `truncate`: the reply breaks off after half of its body.
 * - `slow-close`: the reply is right; the connection, kept alive, is reset under the next request.
 * - `hang`: nobody ever answers; the store does not hear of it.
 * - `answer`: this answer in place of the store's, which does not hear of it.
 */
export type Fault =
  | { readonly kind: "delay"; readonly milliseconds: number }
  | { readonly kind: "reset" | "lose" | "truncate" | "slow-close" | "hang" }
  | { readonly kind: "answer"; readonly answer: FaultAnswer };

interface FaultAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request as far as a fault may depend on it. */
export interface Faulted {
  readonly method: string;
  /** As it was sent: path and query. */
  readonly target: string;
  /** From 0, over all requests. */
  readonly index: number;
}

export interface FaultProxy {
  readonly url: string;
  /** Kinds of the faults so far, in their order. */
  readonly faults: readonly string[];
  /** Bytes of the bodies that the store was given, whatever became of them. */
  sentBytes(): number;
  close(): Promise<void>;
}

/**
 * A proxy on this machine before a store. `Host` is passed on as it came, so signatures made for the proxy's
 * address are right there.
 */
export async function startFaultProxy(
  upstream: string,
  choose: (request: Faulted) => Fault | undefined,
): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const faults: string[] = [];
  let requests = 0;
  let bytes = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url: target = "/", socket } = request;
    const fault = choose({ method, target, index: requests++ });
    if (fault !== undefined) faults.push(fault.kind);
    const reset = (): void => void socket.resetAndDestroy();
    if (fault?.kind === "hang") return;
    if (fault?.kind === "reset") return reset();
    const body = await buffer(request);
    if (fault?.kind === "answer") {
      const { status, headers = {}, body: text = "" } = fault.answer;
      response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text) });
      response.end(method === "HEAD" ? undefined : text);
      return;
    }
    if (fault?.kind === "delay") await pause(fault.milliseconds);
    bytes += body.length;
    const reply = await passOn(upstream, request, body, agent);
    const answer = await buffer(reply);
    if (fault?.kind === "lose") return reset();
    response.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
    if (fault?.kind === "truncate") {
      response.write(answer.subarray(0, answer.length >> 1), reset);
      return;
    }
    response.end(answer);
    if (fault?.kind === "slow-close") socket.once("data", reset);
  };

  const server = createServer((request, response) => {
    // What the client has left, or the store has refused to finish, breaks off for both.
    handle(request, response).catch(() => request.socket.destroy());
  }).listen(0, "127.0.0.1");
  server.keepAliveTimeout = 60_000;
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    sentBytes: () => bytes,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      agent.destroy();
    },
  };
}

async function passOn(
  upstream: string,
  { method, url, rawHeaders }: IncomingMessage,
  body: Buffer,
  agent: Agent,
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(upstream);
  // As they came, with their order and case; chunks have become one body.
  const headers = rawHeaders.filter((_, index) => {
    const name = (rawHeaders[index - (index % 2)] ?? "").toLowerCase();
    return !["transfer-encoding", "content-length", "expect"].includes(name);
  });
  headers.push("Content-Length", String(body.length));
  const options = { hostname, port, agent, setHost: false };
  const request = send({ ...options, method: method ?? "GET", path: url ?? "/", headers });
  request.end(body);
  const [reply] = (await once(request, "response")) as [IncomingMessage];
  return reply;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
