import { fromFunctionUrl, type FunctionUrlEvent } from "./function-url.ts";
import type { HttpRequest } from "./http-request.ts";
import { fromRestApi, type RestApiEvent } from "./rest-api.ts";

/** The HTTP events that the functions are invoked with. */
export type HttpEvent = FunctionUrlEvent | RestApiEvent;

/**
 * Reads the event of a function URL (or of anything else with payload 2.0) or of a REST API.
 *
 * @throws TypeError for an event that is no HTTP request.
 */
export function readEvent(event: HttpEvent): HttpRequest {
  if ("rawPath" in event) return fromFunctionUrl(event);
  if ("httpMethod" in event) return fromRestApi(event);
  throw new TypeError(
    "the event is no HTTP request: invoke the function through its URL or a REST API",
  );
}
