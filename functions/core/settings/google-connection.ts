import type { GoogleConfig } from "../storage/provider-config.ts";
import {
  AMBIENT,
  type Connection,
  countMistakes,
  readEndpoints,
  readKeys,
  refusePaths,
  refuseRole,
  type Report,
} from "./connection.ts";

/** Google Cloud Storage. `undefined` when a mistake was reported. */
export function toGoogleConfig(from: Connection, report: Report): GoogleConfig | undefined {
  const mistakes = countMistakes(report);
  refuseRole(from, mistakes.report);
  const endpoints = readEndpoints(from, mistakes.report);
  refusePaths(endpoints, mistakes.report);
  const { endpoint, publicEndpoint } = endpoints;
  if (from.endpoint === undefined && from.port !== undefined) {
    mistakes.report("port", "a port only together with an endpoint");
  }
  const keys = readKeys(from, mistakes.report);
  if (keys !== undefined && from.serviceAccount !== undefined) {
    mistakes.report("accessKey", "either HMAC keys or a service account, not both");
  }
  if (mistakes.any()) return undefined;
  return {
    kind: "google",
    ...(endpoint && { endpoint: endpoint.endpoint }),
    ...(publicEndpoint && { publicEndpoint: publicEndpoint.endpoint }),
    credentials: keys ?? from.serviceAccount ?? AMBIENT,
  };
}
