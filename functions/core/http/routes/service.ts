import * as v from "valibot";
import { route } from "../route.ts";
import { none } from "../schemas.ts";

export const health = route({
  method: "GET",
  path: "/health",
  summary: "Is the process working",
  description: "Open to anyone: it holds no secret.",
  access: "open",
  params: none,
  query: none,
  responses: {
    200: {
      description: "It is; `degraded` names what does not work at the moment.",
      content: {
        "application/json": v.object({
          status: v.picklist(["ok", "degraded"]),
          degraded: v.array(v.string()),
        }),
      },
    },
  },
  handle(_input, services) {
    const degraded = services.health.degraded();
    return Response.json(
      { status: degraded.length === 0 ? "ok" : "degraded", degraded },
      { headers: { "Cache-Control": "no-store" } },
    );
  },
});

export const capabilities = route({
  method: "GET",
  path: "/capabilities",
  summary: "What this service can do",
  description: "Open to anyone: it names kinds, no buckets and no providers by name.",
  access: "open",
  params: none,
  query: none,
  responses: {
    200: {
      description: "The storage, what its signed PUTs can bind, link schemes, decodable formats.",
      content: {
        "application/json": v.object({
          storage: v.object({
            provider: v.string(),
            signsLength: v.boolean(),
            signsChecksum: v.boolean(),
            signsContentType: v.boolean(),
            signsIfNoneMatch: v.boolean(),
            versions: v.boolean(),
          }),
          providers: v.array(v.string()),
          formats: v.array(v.string()),
        }),
      },
    },
  },
  handle(_input, { kind, buckets, resolver, pictures }) {
    const { signsLength, signsChecksum, signsContentType, signsIfNoneMatch, versions } =
      buckets.private.can;
    const kinds = new Set([kind, ...resolver.providers.map((provider) => provider.kind)]);
    return Response.json({
      storage: {
        provider: kind,
        signsLength,
        signsChecksum,
        signsContentType,
        signsIfNoneMatch,
        versions,
      },
      providers: [...kinds].toSorted(),
      formats: pictures?.formats ?? [],
    });
  },
});
