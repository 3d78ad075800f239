import * as v from "valibot";
import { OBJECT_ACTION } from "../access/link-access.ts";
import { checkPlace } from "../access/permit.ts";
import type { SignIntent } from "../signing/signed-request.ts";
import { toItemError, type ItemError } from "./item-error.ts";
import { ProblemError } from "./problem.ts";
import { resolveLink } from "./resolve-link.ts";
import type { Sent } from "./route.ts";
import { isOwnItem, signOwn } from "./sign-own.ts";
import { bucketName, contentType, expires, fileName, objectKey, versionId } from "./schemas.ts";
import type { Services } from "./services.ts";
import { toSignedJson, type Openable } from "./signed-answer.ts";
import { check } from "./validate.ts";

const PUT_ONLY = ["contentType", "contentLength", "checksumSha256", "ifNoneMatch"] as const;

/** What one line of `POST /sign` may say. */
export const signItem = v.pipe(
  v.strictObject({
    method: v.picklist(["GET", "HEAD", "PUT", "DELETE"]),
    bucket: v.exactOptional(bucketName),
    key: v.exactOptional(objectKey),
    link: v.exactOptional(v.string()),
    expires: v.exactOptional(expires),
    download: v.exactOptional(fileName),
    versionId: v.exactOptional(versionId),
    contentType: v.exactOptional(contentType),
    contentLength: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    checksumSha256: v.exactOptional(
      v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{43}=$/, "Expected a SHA-256 as base64")),
    ),
    ifNoneMatch: v.exactOptional(v.literal("*")),
  }),
  v.check(
    ({ bucket, key, link }) =>
      link === undefined
        ? bucket !== undefined && key !== undefined
        : bucket === undefined && key === undefined,
    "Expected either bucket and key, or link",
  ),
  v.check(
    ({ method, download }) => download === undefined || method === "GET",
    "download goes with GET alone",
  ),
  v.check(
    ({ method, versionId: version }) => version === undefined || method !== "PUT",
    "versionId does not go with PUT",
  ),
  v.check(
    (item) => item.method === "PUT" || PUT_ONLY.every((name) => item[name] === undefined),
    `${PUT_ONLY.join(", ")} go with PUT alone`,
  ),
);

/** One result of `POST /sign`. */
export type SignResult = Openable | { readonly error: ItemError };

/** Signs one item. Whatever is wrong with it becomes its own error: never throws. */
export async function signOne(value: unknown, sent: Sent, services: Services): Promise<SignResult> {
  try {
    if (isOwnItem(value)) return toSignedJson(await signOwn(value, sent, services));
    const { bucket, key, link, ...options } = check(signItem, value, "the item");
    const intent = { expires: services.defaultExpires, ...options };
    if (link !== undefined) return toSignedJson(await signLink(link, intent, sent, services));
    if (bucket === undefined || key === undefined) {
      throw new ProblemError("invalid_request", "bucket and key are missing");
    }
    checkPlace(sent.principal, OBJECT_ACTION[intent.method], `${bucket}/${key}`);
    return toSignedJson(await services.buckets[bucket].sign({ ...intent, key }));
  } catch (error) {
    return { error: toItemError(error, services.log, sent.requestId) };
  }
}

async function signLink(
  link: string,
  intent: Omit<SignIntent, "key">,
  sent: Sent,
  services: Services,
): Promise<Openable> {
  const { method, expires: life, download, ...rest } = intent;
  const [foreign] = Object.keys(rest);
  if (foreign !== undefined) {
    throw new ProblemError("invalid_request", `${foreign} goes with bucket and key, not with link`);
  }
  const options = { method, expires: life, ...(download !== undefined && { download }) };
  const { resolved } = await resolveLink(link, options, sent, services);
  return resolved;
}
