import * as v from "valibot";
import type { SignIntent, SignedRequest } from "../../signing/signed-request.ts";
import type { ObjectKey } from "../../storage/key.ts";
import type { AppRequest } from "../app.ts";
import { auditSignature } from "../audit.ts";
import { mediaType } from "../read-json.ts";
import { route, type Sent } from "../route.ts";
import {
  bucketName,
  contentType,
  expiresText,
  fileName,
  flag,
  none,
  objectKey,
  versionId,
} from "../schemas.ts";
import type { BucketName, Services } from "../services.ts";
import { SIGNED_ANSWERS, signedJson, signedRedirect } from "../signed-answer.ts";
import { check } from "../validate.ts";

const params = v.object({ bucket: bucketName, key: objectKey });

interface Place {
  readonly params: { readonly bucket: BucketName; readonly key: ObjectKey };
}

const place = ({ params: { bucket, key } }: Place) => `${bucket}/${key}`;

const path = "/objects/{bucket}/{key}";

export const getObject = route({
  method: "GET",
  path,
  summary: "Open an object",
  description: "The object is not looked up first: the store itself answers 404.",
  access: { action: "objects:read", on: place },
  params,
  query: v.object({
    expires: v.exactOptional(expiresText),
    download: v.exactOptional(fileName),
    versionId: v.exactOptional(versionId),
    redirect: v.exactOptional(flag),
  }),
  responses: SIGNED_ANSWERS,
  async handle(input, services) {
    const { redirect = true, ...options } = input.query;
    const signed = await sign(input, services, {
      method: "GET",
      key: input.params.key,
      expires: services.defaultExpires,
      ...options,
    });
    return redirect
      ? signedRedirect(signed, input.request, services.now(), input.params.key)
      : signedJson(signed);
  },
});

export const headObject = route({
  method: "HEAD",
  path,
  summary: "Look an object up",
  access: { action: "objects:read", on: place },
  params,
  query: v.object({ versionId: v.exactOptional(versionId) }),
  responses: {
    200: {
      description: "It is there.",
      headers: {
        "Content-Length": "Bytes.",
        "Content-Type": "As stored.",
        ETag: "As stored.",
        "Last-Modified": "When it was written.",
        "Accept-Ranges": "`bytes`",
      },
    },
  },
  async handle({ params: { bucket, key }, query, request }, services) {
    const stat = await services.buckets[bucket].stat(key, { signal: request.signal, ...query });
    return new Response(null, {
      headers: {
        "Content-Length": String(stat.size),
        "Content-Type": stat.type,
        ETag: stat.etag,
        "Last-Modified": stat.modified.toUTCString(),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
      },
    });
  },
});

export const putObject = route({
  method: "PUT",
  path,
  summary: "Write an object",
  description:
    "Answers before it reads the body, which the client sends again to where the redirect points. " +
    "With `redirect=false` and no body, a `Content-Type` and `If-None-Match: *` of this request are bound " +
    "into the signature.",
  access: { action: "objects:write", on: place },
  params,
  query: v.object({ expires: v.exactOptional(expiresText), redirect: v.exactOptional(flag) }),
  accepts: { "*/*": undefined },
  responses: SIGNED_ANSWERS,
  async handle(input, services) {
    const { expires = services.defaultExpires, redirect = true } = input.query;
    const intent = { method: "PUT", key: input.params.key, expires } as const;
    if (redirect) {
      // What a client repeats it may also change (curl drops Expect, adds nothing): bind nothing.
      const signed = await sign(input, services, intent);
      return signedRedirect(signed, input.request, services.now(), input.params.key);
    }
    const bound = { ...intent, ...boundHeaders(input.request) };
    return signedJson(await sign(input, services, bound));
  },
});

export const deleteObject = route({
  method: "DELETE",
  path,
  summary: "Delete an object",
  access: { action: "objects:delete", on: place },
  params,
  query: none,
  responses: { 204: { description: "It is not there any more, or never was." } },
  async handle({ params: { bucket, key }, request }, services) {
    await services.buckets[bucket].remove(key, { signal: request.signal });
    return new Response(null, { status: 204 });
  },
});

function boundHeaders(request: AppRequest): Pick<SignIntent, "contentType" | "ifNoneMatch"> {
  const type = request.headers.get("content-type");
  return {
    ...(type !== null &&
      mediaType(request) !== "" && { contentType: check(contentType, type, "Content-Type") }),
    ...(request.headers.get("if-none-match") === "*" && { ifNoneMatch: "*" }),
  };
}

async function sign(
  input: Sent & Place,
  services: Services,
  intent: SignIntent,
): Promise<SignedRequest> {
  const signed = await services.buckets[input.params.bucket].sign(intent);
  await auditSignature(services, input, {
    method: intent.method,
    target: place(input),
    expiresAt: signed.expiresAt,
  });
  return signed;
}
