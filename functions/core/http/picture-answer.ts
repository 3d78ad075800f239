import { hash } from "node:crypto";
import type {
  CachedOriginal,
  CachedResult,
  CacheName,
  CacheStatus,
  Result,
  ResultKey,
  Source,
} from "../caches/caches.ts";
import { PictureError } from "../pictures/picture-error.ts";
import type { Pictures, PictureSource } from "../pictures/pictures.ts";
import { StorageError } from "../storage/errors.ts";
import type { Reply } from "./app.ts";
import { cacheStatus } from "./cache-status.ts";
import { evaluateConditions } from "./conditional.ts";
import { freshness } from "./freshness.ts";
import { ProblemError } from "./problem.ts";
import { createReply } from "./reply.ts";
import type { Sent } from "./route.ts";
import type { Services } from "./services.ts";
import { openOriginal } from "./source.ts";
import { USER_BYTES_HEADERS } from "./user-bytes.ts";

/** What is made of an original, and where it is kept. */
export interface PictureTask {
  readonly cache: Exclude<CacheName, "storage">;
  readonly operation: ResultKey["operation"];
  /** Whether it depends on `Accept`. */
  readonly negotiated: boolean;
  make(source: PictureSource): Promise<Result>;
}

/** @throws ProblemError `unsupported` on a host that makes no pictures. */
export function picturesOf({ pictures }: Services): Pictures {
  if (pictures === undefined) throw new ProblemError("unsupported", "this host makes no pictures");
  return pictures;
}

/**
 * Answers with what the task makes of the source, from its cache if it is there. The ETag is that of the
 * original's version and the task, so a client that has the answer already is told so without any decoding.
 */
export async function answerPicture(
  sent: Sent,
  source: Source,
  task: PictureTask,
  services: Services,
): Promise<Reply> {
  try {
    return await answerOnce(sent, source, task, services);
  } catch (error) {
    if (!(error instanceof StorageError) || error.kind !== "precondition-failed") throw error;
    // Replaced between its head and its bytes: the new version is asked for once.
    return answerOnce(sent, source, task, services);
  }
}

async function answerOnce(
  sent: Sent,
  source: Source,
  task: PictureTask,
  services: Services,
): Promise<Reply> {
  const clock = () => services.now().getTime();
  const started = clock();
  const original = await openOriginal(source, services);
  const opened = clock();
  const { id, stat } = original;
  const key: ResultKey = { id, etag: stat.etag, operation: task.operation };
  const headers = {
    ETag: toEtag(key),
    "Last-Modified": stat.modified.toUTCString(),
    "Cache-Control": freshness(sent.principal, services.now()),
    Age: String(Math.floor(original.age)),
    ...(task.negotiated && { Vary: "Accept" }),
    ...USER_BYTES_HEADERS,
  };
  const { method, headers: asked } = sent.request;
  const verdict = evaluateConditions(method, asked, {
    etag: headers.ETag,
    modified: stat.modified,
  });
  if (verdict === "not-modified") return createReply(304, headers);
  if (verdict === "failed") {
    throw new ProblemError("precondition_failed", "the picture is not in the state asked for");
  }
  let storage: CacheStatus | undefined;
  const result = await cacheOf(task, services).get(
    key,
    async () => {
      storage = (await original.cached()) ? original.status : "miss";
      return task.make(toSource(original));
    },
    { originalSize: stat.size, remember },
  );
  const { body } = result;
  const made = {
    ...headers,
    ...result.headers,
    "Content-Type": result.type,
    "Content-Length": String(body.byteLength),
    "Cache-Status": describe(task.cache, result, storage),
    "Server-Timing": `original;dur=${opened - started}, picture;dur=${clock() - opened}`,
  };
  return createReply(200, made, body);
}

function toSource(original: CachedOriginal): PictureSource {
  return { size: original.stat.size, bytes: (range) => original.bytes(range) };
}

function toEtag({ id, etag, operation }: ResultKey): string {
  const { provider, bucket, key, versionId } = id;
  const text = JSON.stringify([provider, bucket, key, versionId, etag, operation]);
  return `"${hash("sha256", text, "hex").slice(0, 32)}"`;
}

function cacheOf({ cache }: PictureTask, { caches }: Services) {
  if (caches === undefined) throw new ProblemError("unsupported", "this host keeps no caches");
  return cache === "previews" ? caches.previews : caches.imageConverter;
}

/** Seconds: the same bytes stay what they are, the machine may have more time in a while. */
function remember(error: unknown): number {
  if (!(error instanceof PictureError) || error.code === "too_busy") return 0;
  return error.code === "picture_timeout" ? 30 : 300;
}

/** The storage cache is told of only when the original was needed. */
function describe(
  cache: CacheName,
  { status, stored }: CachedResult,
  storage: CacheStatus | undefined,
): string {
  const own = cacheStatus(cache, status, stored);
  return storage === undefined ? own : `${cacheStatus("storage", storage, true)}, ${own}`;
}
