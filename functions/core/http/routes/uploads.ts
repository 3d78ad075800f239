import * as v from "valibot";
import { auditSignature, type SignatureFields } from "../audit.ts";
import { jsonRoute, route } from "../route.ts";
import { bucketName, contentType, MAX_ITEMS, none, objectKey } from "../schemas.ts";
import { planUpload, SINGLE_PUT_BELOW } from "../upload-plan.ts";
import {
  arrivedParts,
  openUpload,
  signParts,
  toUploadId,
  type Upload,
  UPLOAD_LIFE,
} from "../upload.ts";
import { ProblemError } from "../problem.ts";
import { arrived, partNumber, positive, signedPart } from "../upload-schemas.ts";

const id = v.object({ id: v.string() });

export const createUpload = jsonRoute({
  method: "POST",
  path: "/uploads",
  summary: "Begin an upload",
  description: `Below ${SINGLE_PUT_BELOW} bytes it is one part, a plain PUT.`,
  access: { action: "objects:write", on: ({ body }) => `${body.bucket}/${body.key}` },
  params: none,
  query: none,
  body: v.strictObject({
    bucket: bucketName,
    key: objectKey,
    size: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.description("Bytes.")),
    contentType: v.exactOptional(contentType),
    partSize: v.exactOptional(positive),
  }),
  responses: {
    201: {
      description: "The first 1000 parts; more come from `POST /uploads/{id}/parts`.",
      content: {
        "application/json": v.object({
          id: v.string(),
          partSize: v.number(),
          partCount: v.number(),
          parts: v.array(signedPart),
          expiresAt: v.pipe(v.string(), v.description("The id is good until then.")),
        }),
      },
    },
  },
  async handle(input, services) {
    const { bucket, key, size, partSize: wished, ...options } = input.body;
    const { multipart } = services.buckets[bucket];
    const plan = planUpload(size, wished, multipart.limits);
    const until = Math.floor(services.now().getTime() / 1000) + UPLOAD_LIFE;
    const { contentType: type } = options;
    const begun =
      size < SINGLE_PUT_BELOW
        ? {}
        : {
            uploadId: await multipart.create(key, {
              signal: input.request.signal,
              ...(type !== undefined && { type }),
            }),
          };
    const upload = { bucket, key, ...plan, ...begun, ...options, until };
    const first = Math.min(plan.partCount, MAX_ITEMS);
    const parts = await signParts(upload, numbersTo(first), services);
    await auditSignature(services, input, ...parts.map((part) => toAudit(upload, part)));
    const expiresAt = toRfc3339(until);
    const { partSize, partCount } = plan;
    return Response.json(
      { id: toUploadId(upload, services), partSize, partCount, parts, expiresAt },
      { status: 201, headers: { "Cache-Control": "no-store" } },
    );
  },
});

export const getUpload = route({
  method: "GET",
  path: "/uploads/{id}",
  summary: "Which parts have arrived",
  access: { action: "objects:write", on: "items" },
  params: id,
  query: none,
  responses: {
    200: {
      description: "The upload and the parts that the store has.",
      content: {
        "application/json": v.object({
          bucket: bucketName,
          key: v.string(),
          size: v.number(),
          partSize: v.number(),
          partCount: v.number(),
          parts: v.array(arrived),
          expiresAt: v.string(),
        }),
      },
    },
  },
  async handle(input, services) {
    const upload = openUpload(input.params.id, input, services);
    const parts = await arrivedParts(upload, services, input.request.signal);
    const { bucket, key, size, partSize, partCount, until } = upload;
    return Response.json(
      { bucket, key, size, partSize, partCount, parts, expiresAt: toRfc3339(until) },
      { headers: { "Cache-Control": "no-store" } },
    );
  },
});

export const signUploadParts = jsonRoute({
  method: "POST",
  path: "/uploads/{id}/parts",
  summary: "Fresh signed requests for parts",
  access: { action: "objects:write", on: "items" },
  params: id,
  query: none,
  body: v.strictObject({ numbers: v.pipe(v.array(partNumber), v.maxLength(MAX_ITEMS)) }),
  responses: {
    200: {
      description: "In the order of the numbers.",
      content: { "application/json": v.object({ parts: v.array(signedPart) }) },
    },
  },
  async handle(input, services) {
    const upload = openUpload(input.params.id, input, services);
    const strange = input.body.numbers.find((number) => number > upload.partCount);
    if (strange !== undefined) {
      const message = `there is no part ${strange}; the upload has ${upload.partCount}`;
      throw new ProblemError("invalid_request", message);
    }
    const parts = await signParts(upload, input.body.numbers, services);
    await auditSignature(services, input, ...parts.map((part) => toAudit(upload, part)));
    return Response.json({ parts }, { headers: { "Cache-Control": "no-store" } });
  },
});

/** A part's access, as the audit names it: the whole object's is that of its only part. */
function toAudit({ bucket, key, uploadId }: Upload, part: SignedPart): SignatureFields {
  const { method, number, expiresAt } = part;
  const target = `${bucket}/${key}`;
  return { method, target, ...(uploadId !== undefined && { part: number }), expiresAt };
}

type SignedPart = Awaited<ReturnType<typeof signParts>>[number];

export function* numbersTo(last: number): Generator<number> {
  for (let number = 1; number <= last; number += 1) yield number;
}

function toRfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
