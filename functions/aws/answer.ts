import type { App, Call } from "@remote-storage/core/http/app.ts";
import { ProblemError, problemResponse } from "@remote-storage/core/http/problem.ts";
import { toProblem } from "@remote-storage/core/http/to-problem.ts";
import type { Log } from "@remote-storage/core/log.ts";
import middyfy from "@middy/core";
import type { Context } from "aws-lambda";
import type { HttpRequest } from "./http-request.ts";
import { toRequest } from "./to-request.ts";

/**
 * Milliseconds before the function's own end. An answer that has not begun by then is given up, so that
 * the caller gets a sentence instead of a bare 502.
 */
export const RESERVE = 1000;

/** Answers a request; never rejects. */
export type Answer = (
  sent: HttpRequest,
  context: Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">,
) => Promise<Response>;

/**
 * Everything up to the head of an answer. The body is sent by whoever called: middy's own streaming
 * pipes it, and a pipe that breaks ends the runtime.
 */
export function createAnswer(
  open: () => Promise<App>,
  log: Log,
  listener: Pick<Call, "identified">,
): Answer {
  return middyfy<HttpRequest, Response, Error, Parameters<Answer>[1]>({
    timeoutEarlyInMillis: RESERVE,
    timeoutEarlyResponse() {
      log.error({ limit: "time" }, "the time of the function is nearly over: given up");
      throw new ProblemError(
        "timeout",
        "the answer did not begin within the time that the function has; ask for less at once",
      );
    },
  })
    .handler(async (sent, { awsRequestId }, { signal }) => {
      const { target, identity, address: remote, headers } = sent;
      if (!headers.has("x-request-id")) headers.set("x-request-id", awsRequestId);
      const app = await open();
      const call = { target, remote, ...(identity && { identity }), ...listener };
      const response = await app(toRequest(sent, signal), call);
      return sent.hasOwnCors ? withoutCors(response) : response;
    })
    .onError(({ error, context: { awsRequestId } }) => {
      const response = problemResponse(toProblem(error, log, awsRequestId), awsRequestId);
      response.headers.set("X-Request-Id", awsRequestId);
      return response;
    });
}

function withoutCors(response: Response): Response {
  const names = Array.from(response.headers.keys());
  for (const name of names.filter((each) => each.startsWith("access-control-"))) {
    response.headers.delete(name);
  }
  return response;
}
