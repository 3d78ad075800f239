import * as v from "valibot";
import type { CachedOriginal, CacheStatus, Source } from "../../caches/caches.ts";
import { StorageError } from "../../storage/errors.ts";
import type { ByteRange } from "../../storage/provider.ts";
import type { AppRequest, Reply } from "../app.ts";
import { auditSignature } from "../audit.ts";
import { cacheStatus } from "../cache-status.ts";
import { evaluateConditions, rangeApplies } from "../conditional.ts";
import { freshness } from "../freshness.ts";
import { atMost, openLink } from "../open-link.ts";
import { ProblemError } from "../problem.ts";
import { contentRange, parseRange, resolveRange, type Offsets } from "../range.ts";
import { createReply } from "../reply.ts";
import { type Answer, route, type Sent } from "../route.ts";
import { bucketName, none, objectKey } from "../schemas.ts";
import type { Services } from "../services.ts";
import { linkSource, openOriginal, ownSource } from "../source.ts";
import { signedRedirect } from "../signed-answer.ts";
import { USER_BYTES_HEADERS } from "../user-bytes.ts";

const HEADERS = {
  ETag: "The object's.",
  "Last-Modified": "When it was written.",
  "Accept-Ranges": "`bytes`",
  "Cache-Control":
    "`private, no-cache`: keep it, and ask with `If-None-Match`. For signed URLs `public` with `max-age` up to their end.",
  "Cache-Status": "RFC 9211, of the cache `storage`.",
  Age: "Seconds since the storage has confirmed these bytes.",
};

const responses: Readonly<Record<number, Answer>> = {
  200: { description: "All bytes.", headers: HEADERS, content: { "*/*": undefined } },
  206: {
    description: "Those of `Range`.",
    headers: { ...HEADERS, "Content-Range": "Which bytes of how many." },
    content: { "*/*": undefined },
  },
  304: { description: "It is still the version that the client has.", headers: HEADERS },
  307: { description: "To a signed URL: this host cannot send so many bytes." },
};

const DESCRIPTION =
  "The bytes through the storage cache, with `Range` and conditional requests. Objects up to 64 MiB are cached " +
  "whole, larger ones in slices of 8 MiB.";

export const getContent = route({
  method: "GET",
  path: "/content/{bucket}/{key}",
  summary: "Read an object through the cache",
  description: DESCRIPTION,
  signable: true,
  access: {
    action: "objects:read",
    on: ({ params: { bucket, key } }) => `${bucket}/${key}`,
  },
  params: v.object({ bucket: bucketName, key: objectKey }),
  query: none,
  responses,
  handle(input, services) {
    const { bucket, key } = input.params;
    const expires = atMost(input.principal.until, services.defaultExpires, services.now());
    return answer(input, ownSource(bucket, key, services), services, async () => {
      const signed = await services.buckets[bucket].sign({ method: "GET", key, expires });
      const target = `${bucket}/${key}`;
      await auditSignature(services, input, { method: "GET", target, expiresAt: signed.expiresAt });
      return signedRedirect(signed, input.request, services.now(), key);
    });
  },
});

export const getLinkContent = route({
  method: "GET",
  path: "/content",
  summary: "Read a link's object through the cache",
  description: DESCRIPTION,
  signable: true,
  access: { action: "links:read", on: "items" },
  params: none,
  query: v.object({ link: v.string() }),
  responses,
  handle(input, services) {
    const { link } = input.query;
    return answer(input, linkSource(link, input, services), services, () =>
      openLink("GET", link, {}, input, services),
    );
  },
});

/** @param redirect to the storage itself, for what is too much for this host. */
async function answer(
  sent: Sent,
  source: Source,
  services: Services,
  redirect: () => Promise<Reply>,
): Promise<Reply> {
  try {
    return await answerOnce(sent, source, services, redirect);
  } catch (error) {
    if (!(error instanceof StorageError) || error.kind !== "precondition-failed") throw error;
    // Replaced between its head and its bytes: the new version is asked for once.
    return answerOnce(sent, source, services, redirect);
  }
}

async function answerOnce(
  sent: Sent,
  source: Source,
  services: Services,
  redirect: () => Promise<Reply>,
): Promise<Reply> {
  const { request, principal } = sent;
  const original = await openOriginal(source, services);
  const { stat } = original;
  const kept = { "Cache-Control": freshness(principal, services.now()) };
  const verdict = evaluateConditions(request.method, request.headers, stat);
  if (verdict === "failed") {
    throw new ProblemError("precondition_failed", "the object is not in the state asked for");
  }
  if (verdict === "not-modified") return respond(304, original, original.status, null, kept);
  const offsets = chooseRange(request, stat);
  const length = offsets === undefined ? stat.size : offsets.end + 1 - offsets.start;
  const sends = request.method !== "HEAD";
  if (sends && length > (services.maxBody ?? Number.POSITIVE_INFINITY)) return redirect();
  const status = (await original.cached(offsets)) ? original.status : "miss";
  const headers = {
    ...kept,
    "Content-Type": stat.type,
    "Content-Length": String(length),
    ...(offsets !== undefined && { "Content-Range": contentRange(offsets, stat.size) }),
  };
  const body = sends ? await original.read(offsets) : null;
  return respond(offsets === undefined ? 200 : 206, original, status, body, headers);
}

/** `undefined`: all of it. */
function chooseRange(request: AppRequest, stat: CachedOriginal["stat"]): Offsets | undefined {
  const range: ByteRange | undefined =
    request.method === "GET" && rangeApplies(request.headers, stat)
      ? parseRange(request.headers.get("range"))
      : undefined;
  if (range === undefined) return undefined;
  const offsets = resolveRange(range, stat.size);
  if (offsets !== undefined) return offsets;
  throw new ProblemError("range_not_satisfiable", "the object has no such bytes", {
    "Content-Range": contentRange(undefined, stat.size),
  });
}

function respond(
  status: number,
  { stat, age }: CachedOriginal,
  how: CacheStatus,
  body: Reply["body"],
  headers: Readonly<Record<string, string>>,
): Reply {
  const all = {
    ...headers,
    ETag: stat.etag,
    "Last-Modified": stat.modified.toUTCString(),
    "Accept-Ranges": "bytes",
    Age: String(Math.floor(age)),
    "Cache-Status": cacheStatus("storage", how, true),
    ...USER_BYTES_HEADERS,
  };
  return createReply(status, all, body);
}
