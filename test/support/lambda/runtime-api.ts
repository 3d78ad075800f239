import { randomUUID } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, text } from "node:stream/consumers";

/** What the runtime client answered an invocation with. */
export interface Outcome {
  /** `error`: the handler threw before it answered. */
  readonly kind: "response" | "error";
  readonly streamed: boolean;
  readonly contentType: string;
  readonly body: Buffer;
  /** Of an answer that broke off: the error's type, from the trailers. */
  readonly brokenBy?: string;
}

interface Job {
  readonly id: string;
  readonly event: unknown;
  /** Milliseconds that the function has. */
  readonly timeout: number;
}

/** The side of Lambda that runtimes speak to. */
export interface RuntimeApi {
  /** As `AWS_LAMBDA_RUNTIME_API` names it. */
  readonly address: string;
  /** Resolves once a runtime asks for its first event, with `performance.now()`. */
  readonly ready: Promise<number>;
  /** Rejects when the runtime says that it cannot start. */
  readonly refused: Promise<never>;
  invoke(event: unknown, timeout?: number): Promise<Outcome>;
  close(): Promise<void>;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const jobs: Job[] = [];
  const waiting: ((job: Job) => void)[] = [];
  const running = new Map<string, (outcome: Outcome) => void>();
  const ready = Promise.withResolvers<number>();
  const refused = Promise.withResolvers<never>();
  refused.promise.catch(() => undefined);

  function next(response: ServerResponse): void {
    ready.resolve(performance.now());
    const give = ({ id, event, timeout }: Job): void => {
      response.writeHead(200, { "content-type": "application/json", ...jobHeaders(id, timeout) });
      response.end(JSON.stringify(event));
    };
    const job = jobs.shift();
    if (job === undefined) waiting.push(give);
    else give(job);
  }

  async function take(route: string, request: IncomingMessage): Promise<void> {
    if (route === "init/error") return refused.reject(new Error(await text(request)));
    const [, id = "", kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(route) ?? [];
    const outcome = await toOutcome(request, kind === "error" ? "error" : "response");
    running.get(id)?.(outcome);
    running.delete(id);
    return undefined;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, route = ""] = /^\/2018-06-01\/runtime\/(.*)$/.exec(request.url ?? "") ?? [];
    if (route === "invocation/next") return next(response);
    await take(route, request);
    response.writeHead(202).end('{"status":"OK"}');
    return undefined;
  }

  // Lambda's keeps connections: one that is closed after a long invocation may be in use again already.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    // A runtime that ends in the middle of a request is seen by its exit.
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ready: ready.promise,
    refused: refused.promise,
    invoke(event, timeout = 60_000) {
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      const job = { id: randomUUID(), event, timeout };
      running.set(job.id, resolve);
      const give = waiting.shift();
      if (give === undefined) jobs.push(job);
      else give(job);
      return Promise.race([promise, refused.promise]);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function jobHeaders(id: string, timeout: number): Record<string, string> {
  return {
    "lambda-runtime-aws-request-id": id,
    "lambda-runtime-deadline-ms": String(Date.now() + timeout),
    "lambda-runtime-invoked-function-arn":
      "arn:aws:lambda:eu-central-1:123456789012:function:objects",
    "lambda-runtime-trace-id": "Root=1-67f00000-0123456789abcdef01234567;Sampled=0",
  };
}

async function toOutcome(request: IncomingMessage, kind: Outcome["kind"]): Promise<Outcome> {
  const body = await buffer(request);
  const { headers, trailers } = request;
  const brokenBy = trailers["lambda-runtime-function-error-type"];
  return {
    kind,
    streamed: isStreamed(headers),
    contentType: headers["content-type"] ?? "",
    body,
    ...(brokenBy !== undefined && { brokenBy }),
  };
}

function isStreamed(headers: IncomingHttpHeaders): boolean {
  return headers["lambda-runtime-function-response-mode"] === "streaming";
}
