import type { SignedRequest, SignIntent } from "../signing/signed-request.ts";
import type { Bucket } from "../storage/provider.ts";
import type {
  FailedLink,
  LinkResolver,
  LocatedLink,
  ResolvedLink,
  ResolveOptions,
} from "./link.ts";
import { toLinkError } from "./link-failure.ts";
import type { Place } from "./place.ts";

type Answer = ResolvedLink | FailedLink;

/**
 * Signs located links with their buckets. A link that cannot be signed fails; it is never given unsigned.
 * @param unfilled By provider: keys of remote_links.yml that hold a placeholder instead of a value.
 */
export function createLinkSigner(
  places: readonly Place[],
  unfilled: ReadonlyMap<string, readonly string[]>,
): LinkResolver["sign"] {
  const buckets = new Map<string, Map<string, Bucket>>();
  for (const { provider, bucket } of places) {
    const ofProvider = buckets.get(provider) ?? new Map<string, Bucket>();
    buckets.set(provider, ofProvider.set(bucket.name, bucket));
  }

  return (link, located, options) => {
    if (located.type === "error") return { link, error: located.error };
    if (located.type === "public") return openPublic(link, located.url, options);
    const { provider } = located;
    const missing = unfilled.get(provider);
    if (missing !== undefined && missing.length > 0) {
      const message = `${missing.join(" and ")} of ${provider} in remote_links.yml still hold a placeholder`;
      return { link, error: { code: "credentials_unavailable", message } };
    }
    const bucket = buckets.get(provider)?.get(located.bucket);
    if (bucket === undefined) {
      return { link, error: { code: "unknown_bucket", message: "the link was located elsewhere" } };
    }
    try {
      const signed = bucket.sign(toIntent(located, options));
      return signed instanceof Promise
        ? signed.then(
            (request) => toResolved(link, provider, request),
            (error: unknown) => toFailed(link, error),
          )
        : toResolved(link, provider, signed);
    } catch (error) {
      return toFailed(link, error);
    }
  };
}

function toIntent(
  { key, versionId }: Extract<LocatedLink, { type: "object" }>,
  { method, expires, download }: ResolveOptions,
): SignIntent {
  // Nearly every link of a file: worth not copying optional parts.
  if (download === undefined && versionId === undefined) return { method, key, expires };
  return {
    method,
    key,
    expires,
    ...(download !== undefined && { download }),
    ...(versionId !== undefined && { versionId }),
  };
}

function toResolved(link: string, provider: string, request: SignedRequest): ResolvedLink {
  const { method, url, headers, expiresAt, clampedBy } = request;
  return clampedBy === undefined
    ? { link, provider, method, url, headers, expiresAt }
    : { link, provider, method, url, headers, expiresAt, clampedBy };
}

function openPublic(link: string, url: string, { method }: ResolveOptions): Answer {
  if (method !== "GET" && method !== "HEAD") {
    return { link, error: { code: "forbidden", message: "a public link can only be read" } };
  }
  const provider = url.slice(0, url.indexOf(":")).toLowerCase();
  return { link, provider, method, url, headers: {} };
}

function toFailed(link: string, error: unknown): FailedLink {
  return { link, error: toLinkError(error, "the link could not be signed") };
}
