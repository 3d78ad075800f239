import type { Handler } from "./app.ts";

/** What may go into logs and headers as it came. */
const SANE = /^[\w.-]{1,128}$/;

/** Every answer carries `X-Request-Id`: the host's, the caller's own if it is sane, else a new one. */
export function withRequestId(newRequestId: () => string, app: Handler): Handler {
  return async (request, call) => {
    const given = call.requestId ?? request.headers.get("x-request-id") ?? "";
    const requestId = SANE.test(given) ? given : newRequestId();
    const response = await app(request, { ...call, requestId });
    response.headers.set("X-Request-Id", requestId);
    return response;
  };
}
