import { AsyncLocalStorage } from "node:async_hooks";
import type {
  HttpHandler,
  HttpRequest,
  HttpResponseInit,
  InvocationContext,
} from "@azure/functions";
import type { Reply } from "@remote-storage/core/http/app.ts";
import { describeError } from "@remote-storage/core/http/describe-error.ts";
import { problemResponse } from "@remote-storage/core/http/problem.ts";
import { toProblem } from "@remote-storage/core/http/to-problem.ts";
import type { TakeConnection } from "./connection.ts";
import { createLog, type Lines, toLines } from "./log.ts";
import { openService, type Service, type World } from "./open-service.ts";
import { paced } from "./paced.ts";
import { readPrincipal } from "./principal.ts";
import { toTarget } from "./target.ts";
import { toAddress, toRequest } from "./to-request.ts";
import { within } from "./within.ts";

/**
 * Milliseconds until an answer must have begun: some before the platform's front end gives up, so that
 * the caller gets a sentence instead of a bare 502.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout
 */
const HEAD_TIME = 220_000;

/** Milliseconds of a sweep: some less than `functionTimeout` in host.json. */
const SWEEP_TIME = 25 * 60_000;

/** What Azure calls. */
export interface Functions {
  readonly answer: HttpHandler;
  readonly sweep: (timer: unknown, context: InvocationContext) => Promise<void>;
  /** Before the process ends. */
  readonly settle: () => Promise<void>;
}

/** One invocation. */
interface Running {
  /** Its context, until the handler returns: afterwards the context complains of every line. */
  lines: Lines;
  principal?: string;
}

/** The service as functions. Nothing is opened before the first call; an opening that failed is tried again. */
export function createFunctions(world: World, takeConnection: TakeConnection): Functions {
  const outside = toLines(world.write);
  const invocations = new AsyncLocalStorage<Running>();
  const lines = () => invocations.getStore()?.lines ?? outside;
  const logAt = createLog(lines);
  let log = logAt("error");
  let opened: Promise<Service> | undefined;

  function audit(text: string): void {
    for (const line of text.trimEnd().split("\n")) lines().info(line);
  }

  async function start(): Promise<Service> {
    try {
      const service = await openService(world, logAt, audit);
      ({ log } = service);
      return service;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  }

  const open = () => (opened ??= start());

  async function respond(
    sent: HttpRequest,
    target: string,
    signal: AbortSignal,
    { invocationId }: InvocationContext,
  ): Promise<Reply> {
    const { app, easyAuth } = await open();
    const { headers } = sent;
    const principal = easyAuth ? headers.get("x-ms-client-principal") : null;
    const remote = toAddress(headers);
    return app(toRequest(sent, signal), {
      target,
      ...(principal !== null && { identity: readPrincipal(principal) }),
      ...(remote !== undefined && { remote }),
      ...(!headers.has("x-request-id") && { requestId: invocationId }),
      identified(id) {
        const running = invocations.getStore();
        if (running !== undefined) running.principal = id;
      },
    });
  }

  async function answer(sent: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
    const started = performance.now();
    const running: Running = { lines: context };
    const { invocationId } = context;
    return invocations.run(running, async () => {
      const connection = takeConnection(invocationId);
      const target = toTarget(sent.url, sent.headers);
      const { status, headers, body } = await within(HEAD_TIME, connection?.left, (signal) =>
        respond(sent, target, signal, context),
      ).catch((error: unknown) => {
        const refusal = problemResponse(toProblem(error, log, invocationId), invocationId);
        refusal.headers.set("X-Request-Id", invocationId);
        return refusal;
      });
      const requestId = headers.get("x-request-id");
      const [path] = target.split("?", 1);
      const ms = Math.round(performance.now() - started);
      const { principal } = running;
      log.info({ method: sent.method, path, status, ms, requestId, principal }, "request");
      running.lines = outside;
      if (!(body instanceof ReadableStream) || connection === undefined) {
        return { status, headers, body };
      }
      const broke = (error: unknown) =>
        log.error({ requestId, error: describeError(error) }, "the answer broke off");
      return { status, headers, body: paced(body, connection, broke) };
    });
  }

  return {
    answer,
    sweep: (_, context) =>
      invocations.run({ lines: context }, async () => {
        const { sweep } = await open();
        const over = AbortSignal.timeout(SWEEP_TIME);
        const swept = await sweep(over);
        // Whatever LOG_LEVEL says: it is one line in an hour.
        logAt("info").info({ ...swept }, "the caches are swept");
        if (over.aborted) throw new Error("the caches are larger than a sweep has time for");
      }),
    async settle() {
      await (await opened)?.settled();
    },
  };
}
