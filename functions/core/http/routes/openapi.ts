import * as v from "valibot";
import { route } from "../route.ts";
import { none } from "../schemas.ts";

let document: Promise<string> | undefined;

export const openApi = route({
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
  async handle() {
    const headers = { "Content-Type": "application/json", "Cache-Control": "no-cache" };
    return new Response(await (document ??= write()), { headers });
  },
});

/** Of all routes, whichever of them this host serves. They are loaded when somebody asks. */
async function write(): Promise<string> {
  const [{ toOpenApi }, { ROUTES }] = await Promise.all([
    import("../openapi.ts"),
    import("../routes.ts"),
  ]);
  return JSON.stringify(toOpenApi(ROUTES));
}
