import * as v from "valibot";
import type { UploadedPart } from "../../storage/provider.ts";
import { toMetadata } from "../metadata.ts";
import { ProblemError } from "../problem.ts";
import { jsonRoute, route } from "../route.ts";
import { none, objectMetadata } from "../schemas.ts";
import { sliceAt } from "../upload-plan.ts";
import { partNumber } from "../upload-schemas.ts";
import { arrivedParts, openUpload, type Upload } from "../upload.ts";

const id = v.object({ id: v.string() });

/** More missing parts than these are only counted. */
const MAX_NAMED = 20;

export const completeUpload = jsonRoute({
  method: "POST",
  path: "/uploads/{id}/complete",
  summary: "Make the object of its parts",
  description:
    "Every planned part must have arrived in full. Etags that are given must be the store's; none need be.",
  access: { action: "objects:write", on: "items" },
  params: id,
  query: none,
  body: v.optional(
    v.object({
      parts: v.exactOptional(
        v.array(v.object({ number: partNumber, etag: v.exactOptional(v.string()) })),
        [],
      ),
    }),
    { parts: [] },
  ),
  responses: {
    200: { description: "The object.", content: { "application/json": objectMetadata } },
  },
  async handle(input, services) {
    const { signal } = input.request;
    const upload = openUpload(input.params.id, input, services);
    const bucket = services.buckets[upload.bucket];
    const found = await arrivedParts(upload, services, signal);
    const named = new Map(input.body.parts.map(({ number, etag }) => [number, etag]));
    const parts = wholeUpload(upload, found, named);
    const stat =
      upload.uploadId === undefined
        ? await bucket.stat(upload.key, { signal })
        : await bucket.multipart.complete(upload.key, upload.uploadId, parts, {
            signal,
            ...(upload.contentType !== undefined && { type: upload.contentType }),
          });
    return Response.json(toMetadata(upload.bucket, stat));
  },
});

export const abortUpload = route({
  method: "DELETE",
  path: "/uploads/{id}",
  summary: "Give an upload up",
  description: "The parts go; an object that a plain PUT has written stays.",
  access: { action: "objects:write", on: "items" },
  params: id,
  query: none,
  responses: { 204: { description: "It is over." } },
  async handle(input, services) {
    const { bucket, key, uploadId } = openUpload(input.params.id, input, services);
    if (uploadId !== undefined) {
      const { multipart } = services.buckets[bucket];
      await multipart.abort(key, uploadId, { signal: input.request.signal });
    }
    return new Response(null, { status: 204 });
  },
});

/**
 * The store's parts, once they are exactly the planned ones: an object with a hole must not come to be.
 *
 * @throws ProblemError `invalid_request` naming what is missing or differs.
 */
function wholeUpload(
  upload: Upload,
  found: readonly UploadedPart[],
  named: ReadonlyMap<number, string | undefined>,
): readonly UploadedPart[] {
  const byNumber = new Map(found.map((part) => [part.number, part]));
  const missing: number[] = [];
  const parts: UploadedPart[] = [];
  for (let number = 1; number <= upload.partCount; number += 1) {
    const part = byNumber.get(number);
    if (part === undefined || part.size !== sliceAt(upload, number).length) missing.push(number);
    else parts.push(withEtag(part, named.get(number)));
  }
  if (missing.length > 0) {
    const list = missing.slice(0, MAX_NAMED).join(", ");
    const more = missing.length > MAX_NAMED ? ` and ${missing.length - MAX_NAMED} more` : "";
    throw new ProblemError("invalid_request", `not arrived in full: part ${list}${more}`);
  }
  const strange = named.keys().find((number) => number > upload.partCount);
  if (strange !== undefined)
    throw new ProblemError("invalid_request", `no part ${strange} is planned`);
  return parts;
}

function withEtag(part: UploadedPart, given: string | undefined): UploadedPart {
  if (given !== undefined && part.etag !== undefined && bare(given) !== bare(part.etag)) {
    const message = `part ${part.number} has the etag ${part.etag} in the store, not ${given}`;
    throw new ProblemError("invalid_request", message);
  }
  return part;
}

/** Some clients drop an etag's quotes. */
function bare(etag: string): string {
  return etag.replaceAll('"', "");
}
