import { admit } from "./admit.ts";
import { admitSigned } from "./admit-signed.ts";
import type { AppRequest, Call, Handler, Reply } from "./app.ts";
import { ProblemError, problemResponse } from "./problem.ts";
import type { Route } from "./route.ts";
import { createRouteTable, type RouteTable } from "./route-table.ts";
import type { Services } from "./services.ts";
import { decodeOnce, parseTarget, type Target } from "./target.ts";
import { toProblem } from "./to-problem.ts";

/** The service as one function. Never throws: a failure is a problem+json answer. */
export function createApp(routes: readonly Route[], services: Services): Handler {
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
  request: AppRequest,
  call: Call & { readonly requestId: string },
): Promise<Reply> {
  const target = parseTarget(call.target);
  const keyed = target.query.has("key");
  const match = table.match(request.method, target.path, keyed);
  if (match === undefined) return refuse(table, request, target, keyed);
  call.routed?.(match.route.path);
  const principal =
    admitSigned(match.route, target, services, call) ??
    (await admit(match.route, services, request, call));
  const params = Object.entries(match.params).map(([name, raw]) => [name, decodeOnce(raw, name)]);
  const query = Object.fromEntries(target.query);
  const { key } = query;
  return await match.route.respond(
    {
      request,
      requestId: call.requestId,
      principal,
      ...(call.remote !== undefined && { remote: call.remote }),
      params: { ...Object.fromEntries(params), ...(keyed && { key }) },
      query,
    },
    services,
  );
}

function refuse(table: RouteTable, request: AppRequest, target: Target, keyed: boolean): Response {
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

function withoutBody({ status, headers, body }: Reply): Reply {
  if (body instanceof ReadableStream) void body.cancel();
  return { status, headers, body: null };
}
