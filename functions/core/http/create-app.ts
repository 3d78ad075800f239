import type { Principal } from "../access/grants.ts";
import { checkAction } from "../access/permit.ts";
import type { App, Call } from "./app.ts";
import { ProblemError, problemResponse } from "./problem.ts";
import type { Route } from "./route.ts";
import { createRouteTable, type RouteTable } from "./route-table.ts";
import type { Services } from "./services.ts";
import { decodeOnce, parseTarget, type Target } from "./target.ts";
import { toProblem } from "./to-problem.ts";

/** Whoever calls an open route. */
const NOBODY: Principal = { id: "anyone", grants: [] };

/** The service as one function. Never throws: a failure is a problem+json answer. */
export function createApp(routes: readonly Route[], services: Services): App {
  const table = createRouteTable(routes);
  return async (request, call) => {
    const requestId = call.requestId ?? services.newRequestId();
    try {
      const response = await answer(table, services, request, { ...call, requestId });
      return request.method === "HEAD" ? withoutBody(response) : response;
    } catch (error) {
      const response = problemResponse(toProblem(error, services.log, requestId), requestId);
      return request.method === "HEAD" ? withoutBody(response) : response;
    }
  };
}

async function answer(
  table: RouteTable,
  services: Services,
  request: Request,
  call: Call & { readonly requestId: string },
): Promise<Response> {
  const target = parseTarget(call.target);
  const keyed = target.query.has("key");
  const match = table.match(request.method, target.path, keyed);
  if (match === undefined) return refuse(table, request, target, keyed);
  const principal = admit(match.route, services, request, call);
  const params = Object.entries(match.params).map(([name, raw]) => [name, decodeOnce(raw, name)]);
  const query = Object.fromEntries(target.query);
  const { key } = query;
  return await match.route.respond(
    {
      request,
      requestId: call.requestId,
      principal,
      params: { ...Object.fromEntries(params), ...(keyed && { key }) },
      query,
    },
    services,
  );
}

/** Nothing of a request is looked at before its sender is known and may use the route at all. */
function admit(route: Route, services: Services, request: Request, call: Call): Principal {
  const principal = call.principal ?? services.authenticate(request.headers);
  if (principal !== undefined) call.identified?.(principal.id);
  if (route.open) return principal ?? NOBODY;
  if (principal === undefined) throw unauthenticated(request);
  if (route.action !== undefined) checkAction(principal, route.action);
  return principal;
}

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3 */
function unauthenticated(request: Request): ProblemError {
  const given = request.headers.has("authorization");
  return new ProblemError(
    "unauthenticated",
    given ? "the token is not known here" : "send Authorization: Bearer <token>",
    {
      "WWW-Authenticate": `Bearer realm="remote-storage"${given ? ', error="invalid_token"' : ""}`,
    },
  );
}

function refuse(table: RouteTable, request: Request, target: Target, keyed: boolean): Response {
  const methods = table.methods(target.path, keyed);
  if (methods.length === 0) throw new ProblemError("not_found", "there is nothing at this path");
  const headers = { Allow: [...methods, "OPTIONS"].join(", ") };
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers });
  throw new ProblemError(
    "method_not_allowed",
    `${request.method} is not possible here; ${methods.join(", ")} are`,
    headers,
  );
}

function withoutBody(response: Response): Response {
  if (response.body === null) return response;
  void response.body.cancel();
  return new Response(null, { status: response.status, headers: response.headers });
}
