import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

interface Reply {
  readonly status: number;
  readonly location?: string;
  readonly body: string;
}

export type Send = (
  method: string,
  url: string,
  more?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
) => Promise<Reply>;

/** A client of many connections that are kept open; a broken one is an error, never tried again. */
export function openClient(connections: number): { readonly send: Send; readonly agent: Agent } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const send: Send = async (method, url, { headers = {}, body } = {}) => {
    const sized = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const outgoing = request(url, { agent, method, headers: { ...sized, ...headers } });
    outgoing.end(body);
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    const { location } = incoming.headers;
    const status = incoming.statusCode ?? 0;
    return { status, body: await text(incoming), ...(location !== undefined && { location }) };
  };
  return { send, agent };
}
