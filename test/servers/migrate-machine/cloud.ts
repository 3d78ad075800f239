import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { AwsClient } from "aws4fetch";
import { type Listening, listen } from "../../support/listen.ts";
import type { Outcome } from "../../support/lambda/runtime-api.ts";
import type { S3Server } from "../s3-server.ts";

/** Invokes a function of this name. */
type Invoke = (name: string, event: unknown) => Promise<Outcome | "throttled">;

/** What a state machine's calls are answered by. */
export interface CloudProps {
  readonly store: S3Server;
  /** Where Step Functions listens. */
  readonly stepFunctions: string;
  readonly invoke: Invoke;
}

/** Headers that say how something was sent, not what. */
const OF_THE_WAY =
  /^(?:connection|content-encoding|content-length|expect|host|keep-alive|transfer-encoding)$/;
const OF_A_SIGNATURE = /^(?:authorization|x-amz-(?:date|content-sha256|security-token))$/;

/** AWS at one address: Lambda's Invoke has the worker for it, S3 the store, all else is Step Functions'. */
export function startCloud({ store, stepFunctions, invoke }: CloudProps): Promise<Listening> {
  const { accessKey, secretKey } = store;
  const s3 = new AwsClient({ accessKeyId: accessKey, secretAccessKey: secretKey, service: "s3" });

  async function answer(request: IncomingMessage): Promise<Response> {
    const { method = "GET", url = "/" } = request;
    const bytes = await buffer(request);
    const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(url) ?? [];
    if (name !== undefined) {
      return toResponse(await invoke(decodeURIComponent(name), JSON.parse(bytes.toString())));
    }
    const body = bytes.length > 0 ? { body: bytes } : {};
    const headers = without(OF_THE_WAY, new Headers(request.headers as Record<string, string>));
    if (headers.has("x-amz-target"))
      return fetch(stepFunctions + url, { method, headers, ...body });
    const unsigned = without(OF_A_SIGNATURE, headers);
    return s3.fetch(store.endpoint + url, { method, headers: unsigned, ...body });
  }
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = await answer(request);
    const body = Buffer.from(await given.arrayBuffer());
    response.setHeaders(without(OF_THE_WAY, given.headers));
    response.writeHead(given.status).end(body);
  }
  return listen((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
}

const without = (names: RegExp, headers: Headers): Headers =>
  new Headers([...headers].filter(([name]) => !names.test(name)));

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
function toResponse(outcome: Outcome | "throttled"): Response {
  const headers = new Headers({ "x-amzn-requestid": randomUUID() });
  if (outcome === "throttled") {
    headers.set("x-amzn-errortype", "TooManyRequestsException");
    const told = { Reason: "ConcurrentInvocationLimitExceeded", message: "Rate Exceeded." };
    return Response.json(told, { status: 429, headers });
  }
  if (outcome.kind === "error") headers.set("x-amz-function-error", "Unhandled");
  headers.set("content-type", "application/json");
  return new Response(new Uint8Array(outcome.body), { headers });
}
