import * as v from "valibot";
import { checkPlace } from "../../access/permit.ts";
import { parseKey } from "../../storage/key.ts";
import { mapEach } from "../each.ts";
import { toItemError } from "../item-error.ts";
import { toMetadata } from "../metadata.ts";
import { jsonRoute } from "../route.ts";
import { bucketName, itemError, MAX_ITEMS, none, objectKey, objectMetadata } from "../schemas.ts";

/** Enough to hide a store's latency, few enough to stay under its rate. */
const DELETES_AT_ONCE = 16;

export const deleteObjects = jsonRoute({
  method: "POST",
  path: "/objects/{bucket}/delete",
  summary: "Delete up to 1000 objects",
  access: { action: "objects:delete", on: "items" },
  params: v.object({ bucket: bucketName }),
  query: none,
  body: v.strictObject({ keys: v.pipe(v.array(v.string()), v.maxLength(MAX_ITEMS)) }),
  responses: {
    200: {
      description: "One result a key, in their order.",
      content: {
        "application/json": v.object({
          results: v.array(
            v.union([
              v.object({ key: v.string(), deleted: v.literal(true) }),
              v.object({ key: v.string(), error: itemError }),
            ]),
          ),
        }),
      },
    },
  },
  async handle({ params: { bucket }, body, principal, request, requestId }, services) {
    const results = await mapEach(body.keys, DELETES_AT_ONCE, async (key) => {
      try {
        checkPlace(principal, "objects:delete", `${bucket}/${key}`);
        await services.buckets[bucket].remove(parseKey(key), { signal: request.signal });
        return { key, deleted: true };
      } catch (error) {
        return { key, error: toItemError(error, services.log, requestId) };
      }
    });
    return Response.json({ results });
  },
});

export const copyObject = jsonRoute({
  method: "POST",
  path: "/objects/{bucket}/copy",
  summary: "Copy an object inside the store",
  description: "Needs `objects:read` on the source too.",
  access: {
    action: "objects:write",
    on: ({ body }) => `${body.to.bucket}/${body.to.key}`,
  },
  params: v.object({ bucket: bucketName }),
  query: none,
  body: v.strictObject({
    key: objectKey,
    to: v.strictObject({ bucket: bucketName, key: objectKey }),
  }),
  responses: {
    200: { description: "The new object.", content: { "application/json": objectMetadata } },
  },
  async handle({ params: { bucket }, body: { key, to }, principal, request }, services) {
    checkPlace(principal, "objects:read", `${bucket}/${key}`);
    const target = { bucket: services.buckets[to.bucket].name, key: to.key };
    const stat = await services.buckets[bucket].copy(key, target, { signal: request.signal });
    return Response.json(toMetadata(to.bucket, stat));
  },
});
