import * as v from "valibot";
import { authorizeLinks } from "../../access/link-access.ts";
import { createLineResolver, type LinkAnswer } from "../../links/resolve-line.ts";
import { linkId } from "../../links/sets/link-id.ts";
import { auditSignature } from "../audit.ts";
import { mapEach } from "../each.ts";
import { openLink } from "../open-link.ts";
import { route, type Sent } from "../route.ts";
import {
  expiresText,
  fileName,
  flag,
  linkError,
  MAX_ITEMS,
  signedRequest,
  wholeNumber,
} from "../schemas.ts";
import type { Services } from "../services.ts";
import { findSetLink } from "../set-link.ts";
import { checkSet } from "../set-place.ts";
import { SIGNED_ANSWERS } from "../signed-answer.ts";

const DEFAULT_LIMIT = 100;

/** Signatures that wait for the network at the same time. */
const WIDTH = 32;

const name = v.pipe(v.string(), v.description("The set's name."));

const place = {
  id: v.pipe(
    v.string(),
    v.description("From the link's text: the same wherever in the set it is."),
  ),
  line: v.number(),
  link: v.string(),
};

export const listSetItems = route({
  method: "GET",
  path: "/links/sets/{name}/items",
  summary: "Resolve a part of a link set",
  access: { action: "links:read", on: "items" },
  params: v.object({ name }),
  query: v.object({
    offset: v.exactOptional(
      v.pipe(wholeNumber(0, 1e12), v.description("Links before the first, from 0.")),
    ),
    limit: v.exactOptional(v.pipe(wholeNumber(1, MAX_ITEMS), v.description("Default 100."))),
    expires: v.exactOptional(expiresText),
    check: v.exactOptional(
      v.pipe(
        flag,
        v.description("Look at each object: adds `size`, `type` and `etag`, or an error."),
      ),
    ),
  }),
  responses: {
    200: {
      description:
        "The links in the file's order, bad ones with an `error`; `total` of the whole set.",
      content: {
        "application/json": v.object({
          items: v.array(
            v.union([
              v.object({ ...place, error: linkError }),
              v.object({
                ...place,
                provider: v.string(),
                ...signedRequest.entries,
                size: v.exactOptional(v.number()),
                type: v.exactOptional(v.string()),
                etag: v.exactOptional(v.string()),
              }),
            ]),
          ),
          total: v.number(),
        }),
      },
    },
  },
  async handle(input, services) {
    const { offset = 0, limit = DEFAULT_LIMIT, expires, check = false } = input.query;
    const { name: set } = input.params;
    checkSet(set, "links:read", input);
    const resolve = createLineResolver(services.resolver, {
      method: "GET",
      expires: expires ?? services.defaultExpires,
      authorize: authorizeLinks(input.principal.grants, "GET", services.ownName),
      ...(check && { check: services.checkLinks(input.request.signal) }),
    });
    const { total, links } = await services.linkSets.slice(set, offset, limit);
    const items = await mapEach(links, WIDTH, async (item) => ({
      id: linkId(item.link),
      line: item.line,
      ...(await resolve(item)),
    }));
    await auditItems(items, input, services);
    return Response.json({ items, total }, { headers: { "Cache-Control": "no-store" } });
  },
});

const item = v.object({ name, id: place.id });
const itemPath = "/links/sets/{name}/items/{id}";

export const getSetItem = route({
  method: "GET",
  path: itemPath,
  summary: "Open a link of a set",
  description: "Signed anew each time: the URL to keep in a project. May carry our own signature.",
  signable: true,
  access: { action: "links:read", on: "items" },
  params: item,
  query: v.object({
    expires: v.exactOptional(expiresText),
    download: v.exactOptional(fileName),
    redirect: v.exactOptional(flag),
  }),
  responses: SIGNED_ANSWERS,
  async handle(input, services) {
    const { name: set, id } = input.params;
    const link = await findSetLink(set, id, input, services);
    return openLink("GET", link, input.query, input, services);
  },
});

export const headSetItem = route({
  method: "HEAD",
  path: itemPath,
  summary: "Look an object of a set up",
  description: "A HEAD is signed, for clients that follow with HEAD.",
  signable: true,
  access: { action: "links:read", on: "items" },
  params: item,
  query: v.object({ expires: v.exactOptional(expiresText), redirect: v.exactOptional(flag) }),
  responses: SIGNED_ANSWERS,
  async handle(input, services) {
    const { name: set, id } = input.params;
    const link = await findSetLink(set, id, input, services);
    return openLink("HEAD", link, input.query, input, services);
  },
});

/** One line of the audit for each link that was opened. */
async function auditItems(
  items: readonly LinkAnswer[],
  sent: Sent,
  services: Services,
): Promise<void> {
  const signed = items.flatMap((answer) =>
    "error" in answer
      ? []
      : [{ method: answer.method, target: answer.link, expiresAt: answer.expiresAt }],
  );
  await auditSignature(services, sent, ...signed);
}
