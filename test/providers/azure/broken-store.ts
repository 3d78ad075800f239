import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { openAzure } from "../../../functions/providers/azure/provider.ts";

interface Received {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly range: string | undefined;
}

/** `body` is the request's; the answer is sent by the handler, or never. */
export type Behave = (
  received: Received,
  response: ServerResponse,
  request: IncomingMessage,
  body: Buffer,
) => void;

/** A store that misbehaves as it is told, with our provider before it. */
export async function openBrokenStore(behave: Behave) {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    const receive = (body: Buffer): void => {
      const { method = "", url: target = "", headers } = request;
      const { "x-ms-range": msRange, range = msRange } = headers;
      const received = { method, target, range: range?.toString() };
      requests.push(received);
      behave(received, response, request, body);
    };
    // A request that breaks off has not been received.
    buffer(request).then(receive, () => undefined);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const bucket: Bucket = openAzure(
    {
      kind: "azure",
      endpoint: {
        protocol: "http:",
        hostname: "127.0.0.1",
        port,
        origin: `http://127.0.0.1:${port}`,
      },
      basePath: "/account",
      account: "account",
      credentials: { type: "keys", accessKey: "account", secretKey: "c2VjcmV0" },
    },
    { now: () => new Date(), policy: { maxExpires: 604_800, window: 0 }, fetch },
  ).bucket("bucket");
  return {
    bucket,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Headers of an object, as every answer about one has them. */
export const described = {
  etag: '"0x1"',
  "last-modified": "Sun, 01 Mar 2026 12:00:00 GMT",
  "content-type": "text/plain",
};

/** The kind of a failure, the failure itself when it is none of ours, or that there was none. */
export async function kindOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "succeeded",
    (error: { kind?: string }) => error.kind ?? error,
  );
}
