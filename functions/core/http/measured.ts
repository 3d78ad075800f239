import type { Metrics } from "../metrics/metrics.ts";
import type { Handler } from "./app.ts";

/** Other words in a request line would make series without end. */
const METHODS = new Set(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"]);

/**
 * Counts and times the app's answers by route, not by path.
 *
 * @param clock milliseconds from any beginning.
 */
export function measured(
  { requests, durations }: Metrics,
  clock: () => number,
  app: Handler,
): Handler {
  return async (request, call) => {
    const started = clock();
    let route = "none";
    const response = await app(request, {
      ...call,
      routed(path) {
        route = path;
        call.routed?.(path);
      },
    });
    const method = METHODS.has(request.method) ? request.method : "other";
    requests.add(1, route, method, String(response.status));
    durations.observe((clock() - started) / 1000, route, method);
    return response;
  };
}
