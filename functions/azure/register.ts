import { app, type HttpMethod } from "@azure/functions";
import { watchConnections } from "./connection.ts";
import { createFunctions } from "./functions.ts";
import type { World } from "./open-service.ts";

/** All that the app answers, if only with a refusal; `TRACE` and `CONNECT` no Web request can hold. */
const METHODS: HttpMethod[] = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"];

/** Each part of the paths by the name under which Azure counts it. One process serves them all. */
const ROUTES = {
  objects: "{*path}",
  links: "links/{*path}",
  content: "content/{*path}",
  previews: "previews/{*path}",
  converted: "converted/{*path}",
  images: "images/{*path}",
  caches: "caches/{*path}",
} as const;

/** Hourly, beside the hour, when everybody's timers run. */
const SWEEP_SCHEDULE = "0 17 * * * *";

/**
 * Tells Azure of the functions. Callers are admitted by the app, which knows more of them than a key of
 * the platform says: hence `anonymous`.
 *
 * @param stream false: requests and answers travel in one piece, within the platform's limits.
 */
export function registerFunctions(world: World, { stream = true } = {}): void {
  app.setup({ enableHttpStream: stream });
  const functions = createFunctions(world, watchConnections());
  for (const [name, route] of Object.entries(ROUTES)) {
    app.http(name, {
      methods: METHODS,
      authLevel: "anonymous",
      route,
      handler: functions.answer,
    });
  }
  app.timer("sweep", { schedule: SWEEP_SCHEDULE, handler: functions.sweep });
  app.hook.appTerminate(functions.settle);
}
