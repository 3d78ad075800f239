import { authorizeLinks } from "../access/link-access.ts";
import type { CachedOriginal, Source } from "../caches/caches.ts";
import type { ObjectKey } from "../storage/key.ts";
import type { Bucket } from "../storage/provider.ts";
import { ProblemError } from "./problem.ts";
import { publicSource } from "./public-source.ts";
import type { Sent } from "./route.ts";
import type { BucketName, Services } from "./services.ts";

/** An own object as a source. The route has checked `objects:read` on it. */
export function ownSource(bucket: BucketName, key: ObjectKey, { kind, buckets }: Services): Source {
  const source = bucketSource("fs", buckets[bucket], key);
  // Looking at a file of this machine costs nothing, so what is served is never older than the file.
  return kind === "http" ? { ...source, revalidate: 0 } : source;
}

/**
 * What a link points to as a source.
 *
 * @throws ProblemError with the link's own code, `forbidden` where the caller's grants do not reach.
 */
export function linkSource(link: string, { principal }: Sent, services: Services): Source {
  const { resolver, ownName } = services;
  const located = resolver.locate(link);
  if (!authorizeLinks(principal.grants, "GET", ownName)(located)) {
    throw new ProblemError("forbidden", "the caller may not use this provider or prefix");
  }
  if (located.type === "error") {
    const { code, message, hint } = located.error;
    throw new ProblemError(code, hint === undefined ? message : `${message}; ${hint}`);
  }
  if (located.type === "public") return publicSource(located.url, services.fetchPublic);
  const { provider, key, versionId } = located;
  const own = provider === "fs" ? ownName(located.bucket) : undefined;
  if (own !== undefined) return ownSource(own, key, services);
  const bucket = resolver.bucket(located);
  if (bucket === undefined)
    throw new ProblemError("unknown_bucket", "the link names no known bucket");
  return bucketSource(provider, bucket, key, versionId);
}

function bucketSource(
  provider: string,
  bucket: Bucket,
  key: ObjectKey,
  versionId?: string,
): Source {
  const version = versionId === undefined ? {} : { versionId };
  return {
    provider,
    bucket: bucket.name,
    key,
    ...version,
    read: (options) => bucket.read(key, { ...options, ...version }),
  };
}

/** @throws ProblemError `unsupported` on a host that keeps no caches. */
export function openOriginal(source: Source, { caches }: Services): Promise<CachedOriginal> {
  if (caches === undefined) throw new ProblemError("unsupported", "this host keeps no caches");
  return caches.storage.open(source);
}
