import type { HttpRequest } from "./http-request.ts";

/** No Web request can hold these; under another name the app refuses them as it refuses any method. */
const UNKNOWN_TO_FETCH = /^(?:CONNECT|TRACE|TRACK)$/i;

/**
 * A Web request of an event. The URL has a constant host: what a client writes into `Host` decides
 * nothing.
 */
export function toRequest(sent: HttpRequest, signal: AbortSignal): Request {
  const method = UNKNOWN_TO_FETCH.test(sent.method) ? "UNSUPPORTED" : sent.method;
  const bodyless = sent.body === undefined || method === "GET" || method === "HEAD";
  const path = sent.target.startsWith("/") ? sent.target : "/";
  return new Request(`http://localhost${path}`, {
    method,
    headers: sent.headers,
    signal,
    ...(!bodyless && { body: sent.body }),
  });
}
