import type { AppRequest, Handler, Reply } from "./app.ts";

const METHODS = "GET, HEAD, PUT, POST, DELETE";

/** What scripts may read of an answer beside the safelisted headers. */
const EXPOSED = [
  "ETag",
  "Content-Range",
  "Accept-Ranges",
  "Age",
  "Cache-Status",
  "X-Request-Id",
  "X-Original-Width",
  "X-Original-Height",
  "X-Orientation-Applied",
  "X-Scale-X",
  "X-Scale-Y",
  "X-Offset-X",
  "X-Offset-Y",
  "X-Window",
].join(", ");

/** Seconds that a browser may remember a preflight; Chromium stops at two hours. */
const MAX_AGE = "7200";

/**
 * Lets scripts of the configured origins call. Credentials are never allowed: tokens travel in a
 * header that scripts set themselves, so no cookie is needed and `*` stays harmless.
 *
 * @param origins as browsers send them, or `*`; empty: the layer does nothing.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function withCors(origins: readonly string[], app: Handler): Handler {
  if (origins.length === 0) return app;
  const everyone = origins.includes("*");
  return async (request, call) => {
    const origin = request.headers.get("origin");
    const allowed = origin !== null && (everyone || origins.includes(origin));
    const response =
      request.method === "OPTIONS" && request.headers.has("access-control-request-method")
        ? preflight(request, allowed)
        : await app(request, call);
    if (allowed) {
      response.headers.set("Access-Control-Allow-Origin", everyone ? "*" : origin);
      response.headers.set("Access-Control-Expose-Headers", EXPOSED);
    }
    if (!everyone) response.headers.append("Vary", "Origin");
    return response;
  };
}

/** Answered without authentication: browsers send none with it. */
function preflight(request: AppRequest, allowed: boolean): Reply {
  const response = new Response(null, { status: 204 });
  if (!allowed) return response;
  response.headers.set("Access-Control-Allow-Methods", METHODS);
  response.headers.set("Access-Control-Max-Age", MAX_AGE);
  const wanted = request.headers.get("access-control-request-headers");
  // The request decides what it needs, the token decides what it may: names are only repeated.
  if (wanted !== null) response.headers.set("Access-Control-Allow-Headers", wanted);
  response.headers.append("Vary", "Access-Control-Request-Headers");
  return response;
}
