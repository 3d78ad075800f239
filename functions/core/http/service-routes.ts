import type { Route } from "./route.ts";
import { metrics } from "./routes/metrics.ts";
import { openApi } from "./routes/openapi.ts";
import { capabilities, health } from "./routes/service.ts";

/** What every host tells of itself. */
export const SERVICE_ROUTES: readonly Route[] = [health, metrics, capabilities, openApi];
