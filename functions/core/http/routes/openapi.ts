import * as v from "valibot";
import { route, type Route } from "../route.ts";
import { none } from "../schemas.ts";

/** Adds the route that describes the others. The document is made at the first request for it. */
export function withOpenApi(routes: readonly Route[]): readonly Route[] {
  let document: string | undefined;
  const openApi: Route = route({
    method: "GET",
    path: "/openapi.json",
    summary: "This document",
    description: "Open to anyone: it holds no secret.",
    access: "open",
    params: none,
    query: none,
    responses: {
      200: {
        description: "OpenAPI 3.1.",
        content: { "application/json": v.object({ openapi: v.string() }) },
      },
    },
    async handle(): Promise<Response> {
      if (document === undefined) {
        const { toOpenApi } = await import("../openapi.ts");
        document = JSON.stringify(toOpenApi(all));
      }
      const headers = { "Content-Type": "application/json", "Cache-Control": "no-cache" };
      return new Response(document, { headers });
    },
  });
  const all: readonly Route[] = [...routes, openApi];
  return all;
}
