import * as v from "valibot";
import { openLink } from "../open-link.ts";
import { route } from "../route.ts";
import { expiresText, fileName, flag, none } from "../schemas.ts";
import { SIGNED_ANSWERS } from "../signed-answer.ts";

const path = "/links/resolve";

const link = v.pipe(
  v.string(),
  v.description("`<scheme>://<bucket>/<object name>`, percent-encoded once for the query."),
);

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
  handle: (input, services) => openLink("GET", input.query.link, input.query, input, services),
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
  handle: (input, services) => openLink("HEAD", input.query.link, input.query, input, services),
});
