import * as v from "valibot";
import { authorizeLinks } from "../access/link-access.ts";
import type { SignedRequest } from "../signing/signed-request.ts";
import { ProblemError } from "./problem.ts";
import type { Sent } from "./route.ts";
import { expires } from "./schemas.ts";
import type { Services } from "./services.ts";
import { findSetLink } from "./set-link.ts";
import { check } from "./validate.ts";

/** A line of `POST /sign` that asks for a set's item as a URL that needs no token. */
export const setItem = v.strictObject({
  item: v.strictObject({ set: v.string(), id: v.string() }),
  method: v.exactOptional(v.literal("GET")),
  expires: v.exactOptional(expires),
});

/** Whether an item asks for such a URL, well-formed or not. */
export function isSetItem(item: unknown): item is object {
  return typeof item === "object" && item !== null && "item" in item;
}

/**
 * Signs the URL of a set's item. Whoever may open the link now may have it signed.
 *
 * @throws ProblemError for a mistake in the item, and where the caller's grants do not reach.
 */
export async function signSetItem(
  value: object,
  sent: Sent,
  services: Services,
): Promise<SignedRequest> {
  const { ownUrls, resolver, ownName, defaultExpires } = services;
  if (ownUrls === undefined) {
    throw new ProblemError("unsupported", "without PUBLIC_URL this host signs no URLs of its own");
  }
  const { item, expires: life = defaultExpires } = check(setItem, value, "the item");
  const { set, id } = item;
  const located = resolver.locate(await findSetLink(set, id, sent, services));
  if (located.type === "error") {
    throw new ProblemError(located.error.code, located.error.message);
  }
  if (!authorizeLinks(sent.principal.grants, "GET", ownName)(located)) {
    throw new ProblemError("forbidden", "the caller may not use this provider or prefix");
  }
  return ownUrls.sign(`/links/sets/${set}/items/${id}`, {}, life);
}

/** For the audit: what the URL opens. */
export function setItemTarget(value: object): string {
  const { set, id } = check(setItem, value, "the item").item;
  return `item ${id} of the set ${set}`;
}
