import * as v from "valibot";
import { authorizeLinks } from "../../access/link-access.ts";
import type { LinkBatch } from "../../links/link-file.ts";
import { resolveLinkFile, type ResolveFileOptions } from "../../links/resolve-file.ts";
import { auditBulk, type BulkAudit } from "../audit.ts";
import { openLinkLines } from "../link-lines.ts";
import { visibleProviders } from "../link-places.ts";
import { route } from "../route.ts";
import { expiresText, fileName, flag, none } from "../schemas.ts";
import type { Services } from "../services.ts";
import { tapped } from "../tapped.ts";
import { toByteStream } from "../text-stream.ts";

const NDJSON = "application/x-ndjson";
const CSV = "text/csv";

export const resolveLinks = route({
  method: "POST",
  path: "/links/resolve",
  summary: "Resolve a link file",
  description:
    "Answers while the file arrives, line by line and in its order; a bad line is an error in its place. " +
    "The last line is the summary. `Accept: text/csv` gives CSV. An earlier answer sent back as NDJSON: " +
    "what failed in it is resolved again.",
  access: { action: "links:read", on: "items" },
  params: none,
  query: v.object({
    file: v.exactOptional(
      v.pipe(v.string(), v.description("A link to a link file in storage, instead of a body.")),
    ),
    set: v.exactOptional(
      v.pipe(v.string(), v.description("A link set's name, instead of a body.")),
    ),
    expires: v.exactOptional(expiresText),
    download: v.exactOptional(fileName),
    check: v.exactOptional(
      v.pipe(
        flag,
        v.description(
          "Look at what each link points to: adds `size`, `type` and `etag`, or an error.",
        ),
      ),
    ),
    onlyFailed: v.exactOptional(v.pipe(flag, v.description("Leave out what resolved."))),
  }),
  accepts: { "text/plain": undefined, [NDJSON]: undefined },
  responses: {
    200: {
      description: "One result a link, then the summary.",
      content: { [NDJSON]: undefined, [CSV]: undefined },
    },
  },
  async handle(input, services) {
    const { check = false, ...options } = input.query;
    const links = await openLinkLines(input.query, input, services);
    const csv = prefersCsv(input.request.headers.get("accept"));
    const wish: ResolveFileOptions = {
      method: "GET",
      expires: services.defaultExpires,
      ...options,
      format: csv ? "csv" : "ndjson",
      authorize: authorizeLinks(input.principal.grants, "GET", services.ownName),
      ...(check && { check: services.checkLinks(input.request.signal) }),
    };
    const audit = await auditBulk(services, input, {
      route: "POST /links/resolve",
      expires: wish.expires,
    });
    return new Response(toByteStream(resolveAll(links, wish, audit, services)), {
      headers: {
        "Content-Type": csv ? `${CSV}; charset=utf-8` : NDJSON,
        "Cache-Control": "no-store",
      },
    });
  },
});

export const listProviders = route({
  method: "GET",
  path: "/links/providers",
  summary: "Which providers links may name",
  description: "As far as the caller's grants reach into them.",
  access: { action: "links:read", on: "items" },
  params: none,
  query: none,
  responses: {
    200: {
      description: "Names, kinds and buckets of remote_links.yml; no secret.",
      content: {
        "application/json": v.object({
          providers: v.array(
            v.object({
              name: v.string(),
              kind: v.picklist(["http", "minio", "azure", "google"]),
              buckets: v.array(v.string()),
            }),
          ),
        }),
      },
    },
  },
  handle({ principal }, { resolver }) {
    return Response.json({ providers: visibleProviders(resolver.providers, principal.grants) });
  },
});

async function* resolveAll(
  links: AsyncIterable<LinkBatch>,
  wish: ResolveFileOptions,
  audit: BulkAudit,
  { resolver, metrics }: Services,
): AsyncGenerator<string> {
  // Each link on a line, in the order of the file: what the audit has the digest of.
  const seen = tapped(links, (batch) =>
    audit.saw(batch.links.map(({ link }) => `${link}\n`).join("")),
  );
  // They stay when the client leaves before the end.
  let counts = {};
  try {
    yield* resolveLinkFile(seen, resolver, {
      ...wish,
      onSummary: ({ resolved, failed, byCode }) => {
        counts = { signed: resolved, failed };
        metrics.links.add(resolved, "ok");
        for (const [code, count] of Object.entries(byCode)) metrics.links.add(count, code);
      },
    });
  } finally {
    await audit.end(counts);
  }
}

/** NDJSON unless CSV is asked for by name. */
function prefersCsv(accept: string | null): boolean {
  return /(?:^|,)\s*text\/csv\s*(?:;|,|$)/i.test(accept ?? "");
}
