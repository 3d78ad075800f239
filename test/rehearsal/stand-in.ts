import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { parseTemplate, reduceTemplate } from "./reduce-template.ts";

/** Stands before moto, passes everything on, and does what moto cannot. */
export interface StandIn {
  readonly url: string;
  /** What was answered in moto's place, with how often it was asked for. */
  readonly answered: ReadonlyMap<string, number>;
  /** Types of resources that were taken out of templates, and how many of each. */
  readonly removed: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const XMLNS = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

/** Actions that moto does not know and that none of its answers depend on. */
const ANSWERS: Readonly<Record<string, (form: URLSearchParams) => string>> = {
  UpdateTerminationProtection: (form) => `<StackId>${form.get("StackName") ?? ""}</StackId>`,
};

/** They are of the body as it was. */
const OF_THE_BODY = /^(content-length|content-md5|x-amz-checksum-.*|x-amz-sdk-checksum-.*)$/;

export async function startStandIn(
  moto: string,
  isKnown: (type: string) => boolean,
): Promise<StandIn> {
  const answered = new Map<string, number>();
  const removed = new Map<string, number>();

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const action = new URLSearchParams(body.toString()).get("Action") ?? "";
    const answer = incoming.method === "POST" ? ANSWERS[action] : undefined;
    if (answer === undefined) {
      await pass(incoming, reduce(incoming, body), outgoing);
      return;
    }
    count(answered, action);
    const result = answer(new URLSearchParams(body.toString()));
    outgoing.setHeader("content-type", "text/xml");
    outgoing.end(
      `<${action}Response xmlns="${XMLNS}"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></${action}Response>`,
    );
  }

  function reduce({ method, url }: IncomingMessage, body: Buffer): Buffer {
    const isTemplate = method === "PUT" && /\.json(\?|$)/.test(url ?? "");
    const template = isTemplate ? parseTemplate(body.toString()) : undefined;
    if (template === undefined) return body;
    return Buffer.from(
      JSON.stringify(reduceTemplate(template, isKnown, (type) => count(removed, type))),
    );
  }

  async function pass(
    { method, headers, url }: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse,
  ): Promise<void> {
    const kept = Object.entries(headers).filter(([name]) => !OF_THE_BODY.test(name));
    const sent = request(new URL(url ?? "/", moto), {
      method,
      headers: { ...Object.fromEntries(kept), "content-length": String(body.length) },
    });
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(outgoing);
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    removed,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
