import { AsyncLocalStorage } from "node:async_hooks";
import type { App } from "@remote-storage/core/http/app.ts";
import { describeError } from "@remote-storage/core/http/describe-error.ts";
import type { Context, StreamifyHandler } from "aws-lambda";
import { type Answer, createAnswer, RESERVE } from "./answer.ts";
import { type HttpEvent, readEvent } from "./event.ts";
import { toHead } from "./head.ts";
import { type Invocation, toInvocation } from "./invocation.ts";
import { createLog } from "./log.ts";
import { createOpener, type Definition, type Opened } from "./open-service.ts";
import { toRequestLine } from "./request-line.ts";
import { sendBody } from "./response-stream.ts";
import { settle } from "./settle.ts";
import { MAX_BYTES, type Result, toResult } from "./to-result.ts";

/**
 * Bytes of content that are streamed: Lambda sends 6 MB as fast as it can and the rest at 2 MB/s, so that
 * this takes half a minute; whoever wants more is faster at the store.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
const MAX_STREAMED = 64 * 1024 * 1024;

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
  settled: Opened["settled"];
  status: number;
  bytes: number;
}

/** The service as a Lambda function. Nothing is opened before the first request. */
export function createHandlers(definition: Definition): Handlers {
  const { service, now, write } = definition;
  const requests = new AsyncLocalStorage<Running>();
  const logAt = createLog(write, now, () => requests.getStore()?.invocation);
  const log = logAt("warn");
  let cold = true;

  /** @param maxBody bytes of content that an answer takes. */
  function toAnswer(maxBody: number): Answer {
    const open = createOpener(definition, maxBody, logAt);
    const opened = async (): Promise<App> => {
      const { app, settled } = await open();
      const running = requests.getStore();
      if (running !== undefined) running.settled = settled;
      return app;
    };
    return createAnswer(opened, log, {
      identified(id) {
        const running = requests.getStore();
        if (running !== undefined) running.principal = id;
      },
    });
  }

  /** Answers one event, and writes the line of it. */
  function serve<T>(
    answer: Answer,
    event: HttpEvent,
    context: Context,
    send: (response: Response, running: Running) => Promise<T>,
  ): Promise<T> {
    const start = performance.now();
    const sent = readEvent(event);
    const invocation = toInvocation(sent, context);
    const running: Running = {
      invocation,
      principal: undefined,
      settled: nothingLeft,
      status: 0,
      bytes: 0,
    };
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
        await settle(running.settled, timeLeft(context), log);
      }
    });
  }

  const streamed = toAnswer(MAX_STREAMED);
  const inOnePiece = toAnswer(MAX_BYTES);
  return {
    handler: awslambda.streamifyResponse<HttpEvent>((event, stream, context) =>
      serve(streamed, event, context, (response, running) => {
        const out = awslambda.HttpResponseStream.from(stream, { ...toHead(response) });
        return sendBody(response.body, out, timeLeft(context), (bytes) => {
          running.bytes += bytes;
        });
      }),
    ),
    buffered: (event, context) =>
      serve(inOnePiece, event, context, async (response, running) => {
        const result = await toResult(response, log);
        running.status = result.statusCode;
        running.bytes = Buffer.byteLength(result.body, result.isBase64Encoded ? "base64" : "utf8");
        return result;
      }),
  };
}

/** Milliseconds until the function had better be done: half of the reserve is for saying so. */
function timeLeft(context: Context): number {
  return context.getRemainingTimeInMillis() - RESERVE / 2;
}

/** Of requests that never reached the service. */
async function nothingLeft(): Promise<void> {}
