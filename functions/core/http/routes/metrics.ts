import { METRICS_TYPE } from "../../metrics/registry.ts";
import { route } from "../route.ts";
import { none } from "../schemas.ts";

const path = "/metrics";

export const metrics = route({
  method: "GET",
  path,
  summary: "Figures of this process",
  description: "For Prometheus. No label holds a key, a bucket's name or a caller.",
  // A caller limited to places is not shown figures about all of them.
  access: { action: "metrics:read", on: () => path },
  params: none,
  query: none,
  responses: {
    200: {
      description: "Prometheus text format 0.0.4.",
      content: { "text/plain": undefined },
    },
  },
  handle: (_input, services) =>
    new Response(services.metrics.text(), {
      headers: { "Content-Type": METRICS_TYPE, "Cache-Control": "no-store" },
    }),
});
