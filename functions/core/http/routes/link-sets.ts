import * as v from "valibot";
import { authorizeLinks } from "../../access/link-access.ts";
import { allows } from "../../access/grants.ts";
import type { FailedLink } from "../../links/link.ts";
import type { LinkFileBatch } from "../../links/link-file.ts";
import type { LinkFileSummary } from "../../links/link-file-writer.ts";
import { createLineLocator } from "../../links/locate-line.ts";
import { linkFileBody } from "../link-lines.ts";
import { ProblemError } from "../problem.ts";
import { route, type Sent } from "../route.ts";
import { linkError, none, wholeNumber } from "../schemas.ts";
import type { Services } from "../services.ts";
import { checkSet, setPlace } from "../set-place.ts";

const MAX_LIMIT = 1000;

/** Bad lines that are told; the summary counts them all. */
const MAX_TOLD = 100;

const path = "/links/sets/{name}";

const params = v.object({ name: v.pipe(v.string(), v.description("The set's name.")) });

const summary = v.object({
  lines: v.number(),
  resolved: v.number(),
  failed: v.number(),
  byCode: v.record(v.string(), v.number()),
});

export const listSets = route({
  method: "GET",
  path: "/links/sets",
  summary: "List the link sets",
  description: "As far as the caller's grants reach.",
  access: { action: "links:read", on: "items" },
  params: none,
  query: v.object({
    limit: v.exactOptional(wholeNumber(1, MAX_LIMIT)),
    cursor: v.exactOptional(v.pipe(v.string(), v.description("From the page before."))),
  }),
  responses: {
    200: {
      description: "One page, by name; without `cursor` it is the last.",
      content: {
        "application/json": v.object({
          sets: v.array(
            v.object({
              name: v.string(),
              size: v.pipe(v.number(), v.description("Bytes of the file.")),
              etag: v.string(),
              modified: v.string(),
            }),
          ),
          cursor: v.exactOptional(v.string()),
        }),
      },
    },
  },
  async handle({ query: { limit = MAX_LIMIT, cursor }, principal, request }, { linkSets }) {
    const page = await linkSets.list({
      limit,
      signal: request.signal,
      ...(cursor && { cursor }),
    });
    const sets = page.sets.filter(({ name }) =>
      allows(principal.grants, "links:read", setPlace(name)),
    );
    return Response.json({ ...page, sets }, { headers: { "Cache-Control": "private, no-cache" } });
  },
});

export const getSet = route({
  method: "GET",
  path,
  summary: "Read a link set's file",
  access: { action: "links:read", on: "items" },
  params,
  query: none,
  responses: {
    200: {
      description: "The file as it was sent.",
      headers: { ETag: "As stored.", "Content-Length": "Bytes." },
      content: { "text/plain": undefined },
    },
  },
  async handle(input, { linkSets }) {
    const { name } = input.params;
    checkSet(name, "links:read", input);
    const { stat, body } = await linkSets.read(name, { signal: input.request.signal });
    return new Response(body, {
      headers: {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": String(stat.size),
        ETag: stat.etag,
        "Last-Modified": stat.modified.toUTCString(),
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
      },
    });
  },
});

export const putSet = route({
  method: "PUT",
  path,
  summary: "Store a link file under a name",
  description:
    "As `links/{name}.txt` in the private bucket, byte for byte, in place of the one before. Its links " +
    "are located, as far as the caller may use them; nothing is signed yet, and bad lines are stored too.",
  access: { action: "links:write", on: "items" },
  params,
  query: none,
  accepts: { "text/plain": undefined },
  responses: {
    201: {
      description: `What its lines are, and the first ${MAX_TOLD} bad ones.`,
      content: {
        "application/json": v.object({
          name: v.string(),
          summary,
          errors: v.array(v.object({ line: v.number(), link: v.string(), error: linkError })),
        }),
      },
    },
  },
  async handle(input, services) {
    const { name } = input.params;
    checkSet(name, "links:write", input);
    const options = { signal: input.request.signal };
    const judge = (links: AsyncIterable<LinkFileBatch>) => judgeLinks(links, input, services);
    const verdict = await services.linkSets.write(name, linkFileBody(input), judge, options);
    return Response.json(
      { name, ...verdict },
      { status: 201, headers: { Location: `/links/sets/${name}`, "Cache-Control": "no-store" } },
    );
  },
});

export const deleteSet = route({
  method: "DELETE",
  path,
  summary: "Delete a link set",
  access: { action: "links:write", on: "items" },
  params,
  query: none,
  responses: { 204: { description: "It is not there any more, or never was." } },
  async handle(input, { linkSets }) {
    const { name } = input.params;
    checkSet(name, "links:write", input);
    await linkSets.remove(name, { signal: input.request.signal });
    return new Response(null, { status: 204 });
  },
});

/** @throws ProblemError `bad_encoding` for a file that is no UTF-8 text at all. */
async function judgeLinks(
  batches: AsyncIterable<LinkFileBatch>,
  { principal }: Sent,
  { resolver, ownName }: Services,
): Promise<{ readonly summary: LinkFileSummary; readonly errors: readonly FailedLink[] }> {
  const locate = createLineLocator(resolver, authorizeLinks(principal.grants, "GET", ownName));
  const errors: (FailedLink & { readonly line: number })[] = [];
  const byCode: Record<string, number> = {};
  let resolved = 0;
  let failed = 0;
  let lines = 0;
  for await (const batch of batches) {
    for (const item of batch.links) {
      const located = locate(item);
      if (located.type === "error") {
        const { error } = located;
        if (item.line === 1 && item.link === "" && error.code === "bad_encoding") {
          throw new ProblemError("bad_encoding", `${error.message}; ${error.hint ?? ""}`);
        }
        failed += 1;
        byCode[error.code] = (byCode[error.code] ?? 0) + 1;
        if (errors.length < MAX_TOLD) errors.push({ line: item.line, link: item.link, error });
      } else {
        resolved += 1;
      }
    }
    ({ lines } = batch);
  }
  return { summary: { lines, resolved, failed, byCode }, errors };
}
