import * as v from "valibot";
import { auditSignature } from "../audit.ts";
import { resolveLink } from "../resolve-link.ts";
import { route, type Sent } from "../route.ts";
import { expiresText, fileName, flag, none } from "../schemas.ts";
import type { Services } from "../services.ts";
import { SIGNED_ANSWERS, signedJson, signedRedirect } from "../signed-answer.ts";

const path = "/links/resolve";

const link = v.pipe(
  v.string(),
  v.description("`<scheme>://<bucket>/<object name>`, percent-encoded once for the query."),
);

interface Wish {
  readonly link: string;
  readonly expires?: number;
  readonly download?: string;
  readonly redirect?: boolean;
}

export const getLink = route({
  method: "GET",
  path,
  summary: "Open a link",
  access: { action: "links:read", on: "items" },
  params: none,
  query: v.object({
    link,
    expires: v.exactOptional(expiresText),
    download: v.exactOptional(fileName),
    redirect: v.exactOptional(flag),
  }),
  responses: SIGNED_ANSWERS,
  handle: (input, services) => open("GET", input.query, input, services),
});

export const headLink = route({
  method: "HEAD",
  path,
  summary: "Look a link's object up",
  description: "A HEAD is signed, for clients that follow with HEAD.",
  access: { action: "links:read", on: "items" },
  params: none,
  query: v.object({ link, expires: v.exactOptional(expiresText), redirect: v.exactOptional(flag) }),
  responses: SIGNED_ANSWERS,
  handle: (input, services) => open("HEAD", input.query, input, services),
});

async function open(
  method: "GET" | "HEAD",
  { link: text, redirect = true, ...options }: Wish,
  sent: Sent,
  services: Services,
): Promise<Response> {
  const wish = { method, expires: services.defaultExpires, ...options };
  const { located, resolved } = await resolveLink(text, wish, sent, services);
  await auditSignature(services, sent, { method, target: text, expiresAt: resolved.expiresAt });
  if (!redirect) return signedJson(resolved);
  const key = located.type === "object" ? located.key : undefined;
  return signedRedirect(resolved, sent.request, services.now(), key);
}
