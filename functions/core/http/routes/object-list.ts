import * as v from "valibot";
import type { Page } from "../../storage/provider.ts";
import { route } from "../route.ts";
import { bucketName, wholeNumber } from "../schemas.ts";

const MAX_LIMIT = 1000;

export const listObjects = route({
  method: "GET",
  path: "/objects/{bucket}",
  summary: "List objects in UTF-8 byte order",
  access: {
    action: "objects:read",
    // A caller limited to a prefix must list within it.
    on: ({ params, query }) => `${params.bucket}/${query.prefix ?? ""}`,
  },
  params: v.object({ bucket: bucketName }),
  query: v.object({
    prefix: v.exactOptional(v.pipe(v.string(), v.description("Literal: `a` matches `ab`."))),
    delimiter: v.exactOptional(
      v.pipe(v.string(), v.description("Keys that hold it after the prefix become `prefixes`.")),
    ),
    limit: v.exactOptional(wholeNumber(1, MAX_LIMIT)),
    cursor: v.exactOptional(v.pipe(v.string(), v.description("From the page before."))),
  }),
  responses: {
    200: {
      description: "One page; without `cursor` it is the last.",
      content: {
        "application/json": v.object({
          objects: v.array(
            v.object({
              key: v.string(),
              size: v.number(),
              etag: v.string(),
              modified: v.string(),
            }),
          ),
          prefixes: v.array(v.string()),
          cursor: v.exactOptional(v.string()),
        }),
      },
    },
  },
  async handle({ params, query, request }, services) {
    const { prefix, delimiter, cursor } = query;
    const page = await services.buckets[params.bucket].list({
      signal: request.signal,
      limit: query.limit ?? MAX_LIMIT,
      ...(isGiven(prefix) && { prefix }),
      ...(isGiven(delimiter) && { delimiter }),
      ...(isGiven(cursor) && { cursor }),
    });
    return Response.json(toJson(page), { headers: { "Cache-Control": "private, no-cache" } });
  },
});

/** `prefix=` means the same as no prefix. */
function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}

function toJson({ objects, prefixes, cursor }: Page) {
  return {
    objects: objects.map(({ key, size, etag, modified }) => ({ key, size, etag, modified })),
    prefixes,
    ...(cursor !== undefined && { cursor }),
  };
}
