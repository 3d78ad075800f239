import type { Context } from "aws-lambda";
import type { HttpRequest } from "./http-request.ts";

/** What all log lines of one invocation carry. */
export interface Invocation {
  /** As Lambda's own lines name it. */
  readonly awsRequestId: string;
  /** X-Ray's header, `Root=…`, which the entry points add. */
  readonly traceId?: string;
}

export function toInvocation(
  { headers }: HttpRequest,
  { awsRequestId }: Pick<Context, "awsRequestId">,
): Invocation {
  const traceId = /^[\w=;:.-]{1,256}$/.exec(headers.get("x-amzn-trace-id") ?? "")?.[0];
  return { awsRequestId, ...(traceId !== undefined && { traceId }) };
}
