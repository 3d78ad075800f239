import * as v from "valibot";
import { checkPlace } from "../access/permit.ts";
import type { SignedRequest } from "../signing/signed-request.ts";
import { encodeComponent } from "../signing/uri-encode.ts";
import { convertQuery, previewQuery } from "./picture-query.ts";
import { resolveLink } from "./resolve-link.ts";
import type { Sent } from "./route.ts";
import { bucketName, expires, objectKey } from "./schemas.ts";
import type { Services } from "./services.ts";
import { findSetLink } from "./set-link.ts";
import { linkSource } from "./source.ts";
import { check } from "./validate.ts";

/** What may be opened by our own signature: the route, and what it may be asked for. */
const ROUTES = {
  preview: { path: "/previews", parameters: v.strictObject(previewQuery.entries) },
  converted: { path: "/converted", parameters: v.strictObject(convertQuery.entries) },
  content: { path: "/content", parameters: v.strictObject({}) },
} as const;

/** As in the route's query; numbers may be numbers. */
const named = v.pipe(
  v.objectWithRest(
    {
      bucket: v.exactOptional(bucketName),
      key: v.exactOptional(v.string()),
      link: v.exactOptional(v.string()),
    },
    v.union([v.string(), v.number()], "Expected a string or a number"),
  ),
  v.check(
    ({ bucket, key, link }) =>
      link === undefined
        ? bucket !== undefined && key !== undefined
        : bucket === undefined && key === undefined,
    "Expected either bucket and key, or link",
  ),
);

const PICTURED = ["preview", "converted", "content"] as const;

const KINDS = [...PICTURED, "item"] as const;

/** A line of `POST /sign` that asks for a URL of this service itself. */
export const ownItem = v.pipe(
  v.strictObject({
    preview: v.exactOptional(named),
    converted: v.exactOptional(named),
    content: v.exactOptional(named),
    item: v.exactOptional(v.strictObject({ set: v.string(), id: v.string() })),
    method: v.exactOptional(v.literal("GET")),
    expires: v.exactOptional(expires),
  }),
  v.check(
    (item) => KINDS.filter((kind) => item[kind] !== undefined).length === 1,
    `Expected one of ${KINDS.join(", ")}`,
  ),
);

/** Whether an item asks for such a URL, well-formed or not. */
export function isOwnItem(item: unknown): item is object {
  return typeof item === "object" && item !== null && KINDS.some((kind) => kind in item);
}

/**
 * Signs a URL of this service. Whoever may read the original may have it signed.
 *
 * @throws ProblemError for a mistake in the item, and where the caller's grants do not reach.
 */
export async function signOwn(
  value: object,
  sent: Sent,
  services: Services,
): Promise<SignedRequest> {
  const { ownUrls, defaultExpires } = services;
  const wish = check(ownItem, value, "the item");
  const { expires: life = defaultExpires, item } = wish;
  if (item !== undefined) {
    // Opened for its own sake: it must be there, and its link must be the caller's to read.
    const found = await findSetLink(item.set, item.id, sent, services);
    await resolveLink(found, { method: "GET", expires: life }, sent, services);
    const [set, id] = [encodeComponent(item.set), encodeComponent(item.id)];
    return ownUrls.sign(`/links/sets/${set}/items/${id}`, {}, life);
  }
  const kind = PICTURED.find((each) => wish[each] !== undefined) ?? "content";
  const { bucket, key, link, ...rest } = wish[kind] ?? {};
  const { path, parameters } = ROUTES[kind];
  const texts = Object.fromEntries(
    Object.entries(rest).map(([name, parameter]) => [name, String(parameter)]),
  );
  check(parameters, texts, `the item's ${kind}`);
  if (link !== undefined) {
    linkSource(link, sent, services);
    return ownUrls.sign(path, { ...texts, link }, life);
  }
  const name = check(objectKey, key, "the key");
  checkPlace(sent.principal, "objects:read", `${bucket}/${name}`);
  return ownUrls.sign(`${path}/${bucket}`, { ...texts, key: name }, life);
}

/** For the audit: what the URL opens. */
export function ownTarget(value: object): string {
  const { item, ...wish } = check(ownItem, value, "the item");
  if (item !== undefined) return `item ${item.id} of ${item.set}`;
  const kind = PICTURED.find((each) => wish[each] !== undefined) ?? "content";
  const { link, bucket, key } = wish[kind] ?? {};
  return `${kind} of ${link ?? `${bucket}/${key}`}`;
}
