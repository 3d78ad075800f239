import { checkAction } from "../access/permit.ts";
import type { Principal } from "../access/grants.ts";
import { toRemote } from "../access/remote.ts";
import type { AppRequest, Call } from "./app.ts";
import { ProblemError } from "./problem.ts";
import type { Route } from "./route.ts";
import type { Services } from "./services.ts";

/** Whoever calls an open route. */
const NOBODY: Principal = { id: "anyone", grants: [] };

/**
 * Finds out who calls, before anything else of the request is looked at.
 *
 * @throws ProblemError `unauthenticated`, `forbidden` without the route's action, `rate_limited`,
 *   `issuer_unavailable`.
 */
export async function admit(
  route: Route,
  services: Services,
  request: AppRequest,
  call: Call,
): Promise<Principal> {
  // Nobody is looked up for what anyone may see: /health answers when an issuer does not.
  if (route.open) return call.principal ?? NOBODY;
  const principal = call.principal ?? (await authenticate(services, request, call));
  call.identified?.(principal.id);
  check("requests", principal.id, services);
  services.limits.requests?.spend(principal.id, services.now().getTime());
  if (route.action !== undefined) checkAction(principal, route.action);
  return principal;
}

async function authenticate(
  services: Services,
  request: AppRequest,
  call: Call,
): Promise<Principal> {
  const { headers } = request;
  const counted = services.limits.failures !== undefined && call.remote !== undefined;
  const remote = counted ? toRemote(call.remote) : undefined;
  const sent = headers.has("authorization") && call.identity === undefined;
  if (sent && remote !== undefined) check("failures", remote, services);
  const found = await services.authenticate(headers, call.identity);
  if ("principal" in found) return found.principal;
  if (found.credential) {
    services.metrics.refusedCredentials.add(1);
    if (remote !== undefined) services.limits.failures?.spend(remote, services.now().getTime());
  }
  throw unauthenticated(found.refused, found.credential);
}

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3 */
function unauthenticated(detail: string, credential: boolean): ProblemError {
  return new ProblemError("unauthenticated", detail, {
    "WWW-Authenticate": `Bearer realm="remote-storage"${credential ? ', error="invalid_token"' : ""}`,
  });
}

/** @throws ProblemError `rate_limited`. */
function check(limit: "requests" | "failures", caller: string, services: Services): void {
  const seconds = services.limits[limit]?.wait(caller, services.now().getTime()) ?? 0;
  if (seconds === 0) return;
  services.metrics.limited.add(1, limit);
  const what = limit === "requests" ? "requests" : "wrong tokens from this address";
  throw new ProblemError("rate_limited", `too many ${what}: try again in ${seconds} s`, {
    "Retry-After": String(seconds),
  });
}
