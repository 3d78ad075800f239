/**
 * Stands in for the one compiled part of AWS's runtime client, its HTTP client, so that it runs without
 * a compiler: everything else (loading, context, streaming, errors) stays AWS's own.
 */
import { Agent, request } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";

const base = `http://${process.env["AWS_LAMBDA_RUNTIME_API"]}/2018-06-01/runtime/`;
const agent = new Agent({ keepAlive: true });
let sent: Promise<unknown> = Promise.resolve();

interface Reply {
  readonly bodyJson: string;
  readonly headers: IncomingHttpHeaders;
}

export async function next(): Promise<Reply> {
  await sent;
  return send("GET", "invocation/next");
}

export function done(id: string, body: string): void {
  sent = send("POST", `invocation/${id}/response`, body);
}

export function error(id: string, body: string): void {
  sent = send("POST", `invocation/${id}/error`, body);
}

async function send(method: string, route: string, body?: string): Promise<Reply> {
  const headers = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  const outgoing = request(base + route, { agent, method, headers });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  return { bodyJson: await text(incoming), headers: incoming.headers };
}
