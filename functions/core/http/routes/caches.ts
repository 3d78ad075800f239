import * as v from "valibot";
import { CACHE_NAMES, type CacheName, type Caches, type PurgeScope } from "../../caches/caches.ts";
import { holdsEverywhere } from "../../access/grants.ts";
import { checkPlace } from "../../access/permit.ts";
import type { LocatedLink } from "../../links/link.ts";
import { ProblemError } from "../problem.ts";
import { jsonRoute, route, type Sent } from "../route.ts";
import { bucketName, none, objectKey } from "../schemas.ts";
import type { Services } from "../services.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const stats = v.object({
  entries: count,
  size: v.pipe(count, v.description("Bytes that it takes up where it is kept.")),
  limit: v.pipe(count, v.description("Bytes that it may take up.")),
  expires: v.pipe(count, v.description("Seconds that an entry is kept at most.")),
  hits: count,
  misses: count,
  evictions: v.pipe(count, v.description("Entries that had to make room.")),
  remoteReads: v.pipe(count, v.description("Reads of the storage that carried bytes.")),
  bytesSaved: v.pipe(count, v.description("Bytes that the storage did not have to send.")),
});

const CACHES = {
  previews: stats,
  storage: stats,
  "image-converter": stats,
} as const satisfies Readonly<Record<CacheName, unknown>>;

export const listCaches = route({
  method: "GET",
  path: "/caches",
  summary: "What the caches hold and save",
  description: "Counters are since the start of the process.",
  access: { action: "cache:admin", on: "items" },
  params: none,
  query: none,
  responses: {
    200: { description: "By name.", content: { "application/json": v.object(CACHES) } },
  },
  async handle(_input, services) {
    const all = await cachesOf(services).stats();
    return Response.json(all, { headers: { "Cache-Control": "no-store" } });
  },
});

const scope = v.union([
  v.strictObject({ all: v.literal(true) }),
  v.strictObject({ bucket: bucketName, key: objectKey }),
  v.strictObject({
    bucket: bucketName,
    prefix: v.pipe(v.string(), v.minLength(1), v.description("Literal: `a` takes `ab` too.")),
  }),
  v.strictObject({ link: v.string() }),
]);

export const purgeCache = jsonRoute({
  method: "POST",
  path: "/caches/{name}/purge",
  summary: "Empty a cache, or take an object or a prefix out of it",
  description: "Callers whose `cache:admin` is limited to prefixes may purge within them.",
  access: { action: "cache:admin", on: "items" },
  params: v.object({ name: v.picklist(CACHE_NAMES) }),
  query: none,
  body: scope,
  responses: {
    200: {
      description: "What was removed.",
      content: { "application/json": v.object({ entries: count, bytes: count }) },
    },
  },
  async handle(input, services) {
    const { name } = input.params;
    const removed = await cachesOf(services).purge(name, toScope(input.body, input, services));
    services.log.info(
      { requestId: input.requestId, principal: input.principal.id, cache: name, ...removed },
      "cache purged",
    );
    return Response.json(removed, { headers: { "Cache-Control": "no-store" } });
  },
});

function toScope(
  wish: v.InferOutput<typeof scope>,
  { principal }: Sent,
  { resolver, buckets, ownName }: Services,
): PurgeScope {
  if ("all" in wish) {
    if (holdsEverywhere(principal.grants, "cache:admin")) return wish;
    throw new ProblemError("forbidden", "it needs cache:admin without prefixes");
  }
  if ("link" in wish) {
    const located = resolver.locate(wish.link);
    const place = linkPlace(located, ownName);
    checkPlace(principal, "cache:admin", place.text);
    return place.scope;
  }
  const own = { provider: "fs", bucket: buckets[wish.bucket].name };
  const [part, text] = "key" in wish ? ["key", wish.key] : ["prefix", wish.prefix];
  checkPlace(principal, "cache:admin", `${wish.bucket}/${text}`);
  return part === "key" ? { ...own, key: text } : { ...own, prefix: text };
}

/** What a link is called in caches, and in the prefixes of grants. */
function linkPlace(located: LocatedLink, ownName: Services["ownName"]) {
  if (located.type === "error") throw new ProblemError(located.error.code, located.error.message);
  if (located.type === "public") {
    const { url } = located;
    const provider = url.slice(0, url.indexOf(":")).toLowerCase();
    return { text: url, scope: { provider, bucket: "", key: url } };
  }
  const { provider, bucket, key } = located;
  const own = provider === "fs" ? ownName(bucket) : undefined;
  const text = own === undefined ? `${provider}://${bucket}/${key}` : `${own}/${key}`;
  return { text, scope: { provider, bucket, key } };
}

function cachesOf({ caches }: Services): Caches {
  if (caches === undefined) throw new ProblemError("unsupported", "this host keeps no caches");
  return caches;
}
