import { AsyncLocalStorage } from "node:async_hooks";
import { describeError } from "@remote-storage/core/http/describe-error.ts";
import type { Route } from "@remote-storage/core/http/route.ts";
import type { Context, StreamifyHandler } from "aws-lambda";
import { createAnswer, RESERVE } from "./answer.ts";
import { type HttpEvent, readEvent } from "./event.ts";
import { toHead } from "./head.ts";
import { type Invocation, toInvocation } from "./invocation.ts";
import { createLog } from "./log.ts";
import { createOpener, type World } from "./open-service.ts";
import { toRequestLine } from "./request-line.ts";
import { sendBody } from "./response-stream.ts";
import { type Result, toResult } from "./to-result.ts";

/** What a function's entry gives. */
export interface Definition extends World {
  /** `objects`, `images`: the dimension of the metrics. */
  readonly service: string;
  readonly routes: readonly Route[];
}

/** The exports of an entry. */
export interface Handlers {
  /** For function URLs and REST APIs that stream. */
  readonly handler: StreamifyHandler<HttpEvent, void>;
  /** For gateways that take an answer in one piece. */
  readonly buffered: (event: HttpEvent, context: Context) => Promise<Result>;
}

/** What is found out about a request while it is answered. */
interface Running {
  readonly invocation: Invocation;
  principal: string | undefined;
  status: number;
  bytes: number;
}

/** The service as a Lambda function. Nothing is opened before the first request. */
export function createHandlers(definition: Definition): Handlers {
  const { service, routes, now, write } = definition;
  const requests = new AsyncLocalStorage<Running>();
  const logAt = createLog(write, now, () => requests.getStore()?.invocation);
  const log = logAt("warn");
  const answer = createAnswer(createOpener(routes, definition, logAt), log, {
    identified(id) {
      const running = requests.getStore();
      if (running !== undefined) running.principal = id;
    },
  });
  let cold = true;

  /** Answers one event, and writes the line of it. */
  function serve<T>(
    event: HttpEvent,
    context: Context,
    send: (response: Response, running: Running) => Promise<T>,
  ): Promise<T> {
    const start = performance.now();
    const sent = readEvent(event);
    const invocation = toInvocation(sent, context);
    const running: Running = { invocation, principal: undefined, status: 0, bytes: 0 };
    return requests.run(running, async () => {
      const response = await answer(sent, context);
      running.status = response.status;
      let broken = true;
      try {
        const result = await send(response, running);
        broken = false;
        return result;
      } catch (error) {
        log.error({ error: describeError(error) }, "the answer broke off");
        throw error;
      } finally {
        const { principal, status, bytes } = running;
        const answered = {
          method: sent.method,
          target: sent.target,
          status,
          principal,
          bytes,
          requestId: response.headers.get("x-request-id"),
          milliseconds: performance.now() - start,
          broken,
          cold,
        };
        write(toRequestLine(service, now(), invocation, answered));
        cold = false;
      }
    });
  }

  return {
    handler: awslambda.streamifyResponse<HttpEvent>((event, stream, context) =>
      serve(event, context, (response, running) => {
        const out = awslambda.HttpResponseStream.from(stream, { ...toHead(response) });
        const time = context.getRemainingTimeInMillis() - RESERVE / 2;
        return sendBody(response.body, out, time, (bytes) => {
          running.bytes += bytes;
        });
      }),
    ),
    buffered: (event, context) =>
      serve(event, context, async (response, running) => {
        const result = await toResult(response, log);
        running.status = result.statusCode;
        running.bytes = Buffer.byteLength(result.body, result.isBase64Encoded ? "base64" : "utf8");
        return result;
      }),
  };
}
