import * as v from "valibot";
import { authorizeLinks } from "../../access/link-access.ts";
import { resolveLinkFile, type ResolveFileOptions } from "../../links/resolve-file.ts";
import { auditSignatures } from "../audit.ts";
import { openLinkFile } from "../link-file-source.ts";
import { visibleProviders } from "../link-places.ts";
import { ProblemError } from "../problem.ts";
import { mediaType } from "../read-json.ts";
import { route, type Sent } from "../route.ts";
import { expiresText, fileName, flag, none } from "../schemas.ts";
import type { Services } from "../services.ts";
import { toByteStream } from "../text-stream.ts";

const NDJSON = "application/x-ndjson";
const CSV = "text/csv";

/** What clients call a file of lines when they do not say text: curl's default, S3's default, nothing. */
const LINK_FILE_TYPES = new Set<string | undefined>([
  undefined,
  "application/octet-stream",
  "application/x-www-form-urlencoded",
]);

export const resolveLinks = route({
  method: "POST",
  path: "/links/resolve",
  summary: "Resolve a link file",
  description:
    "Answers while the file arrives, line by line and in its order; a bad line is an error in its place. " +
    "The last line is the summary. `Accept: text/csv` gives CSV.",
  access: { action: "links:read", on: "items" },
  params: none,
  query: v.object({
    file: v.exactOptional(
      v.pipe(v.string(), v.description("A link to a link file in storage, instead of a body.")),
    ),
    expires: v.exactOptional(expiresText),
    download: v.exactOptional(fileName),
    check: v.exactOptional(v.pipe(flag, v.description("Not offered yet: `true` is refused."))),
  }),
  accepts: { "text/plain": undefined },
  responses: {
    200: {
      description: "One result a link, then the summary.",
      content: { [NDJSON]: undefined, [CSV]: undefined },
    },
  },
  async handle(input, services) {
    const { file, check = false, ...options } = input.query;
    if (check)
      throw new ProblemError("unsupported", "links cannot be checked yet; leave check out");
    const body =
      file === undefined ? linkFile(input) : openLinkFile(noBody(file, input), input, services);
    const csv = prefersCsv(input.request.headers.get("accept"));
    const wish: ResolveFileOptions = {
      method: "GET",
      expires: services.defaultExpires,
      ...options,
      format: csv ? "csv" : "ndjson",
      authorize: authorizeLinks(input.principal.grants, "GET", services.ownName),
    };
    return new Response(toByteStream(resolveAll(await body, wish, input, services)), {
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
  body: AsyncIterable<Uint8Array>,
  wish: ResolveFileOptions,
  sent: Sent,
  services: Services,
): AsyncGenerator<string> {
  // They stay when the client leaves before the end.
  let counts = {};
  try {
    yield* resolveLinkFile(body, services.resolver, {
      ...wish,
      onSummary: ({ resolved, failed }) => {
        counts = { signed: resolved, failed };
      },
    });
  } finally {
    auditSignatures(services, sent, { route: "POST /links/resolve", ...counts });
  }
}

function linkFile({ request }: Sent): ReadableStream<Uint8Array> {
  const type = mediaType(request);
  if (type?.startsWith("text/") !== true && !LINK_FILE_TYPES.has(type)) {
    const message = `send the link file as text/plain, not ${type ?? ""}`;
    throw new ProblemError("unsupported_media_type", message, { Accept: "text/plain" });
  }
  if (request.body !== null) return request.body;
  if (type !== undefined) return new Blob([]).stream();
  throw new ProblemError(
    "invalid_request",
    "send a link file as the body, or name one with ?file=",
  );
}

function noBody(file: string, { request }: Sent): string {
  if (request.body === null) return file;
  throw new ProblemError("invalid_request", "send a link file or name one with ?file=, not both");
}

/** NDJSON unless CSV is asked for by name. */
function prefersCsv(accept: string | null): boolean {
  return /(?:^|,)\s*text\/csv\s*(?:;|,|$)/i.test(accept ?? "");
}
