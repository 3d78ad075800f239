import type { CacheName, CacheStatus } from "../caches/caches.ts";

const PARAMETERS: Readonly<Record<CacheStatus, string>> = {
  hit: "hit",
  stale: "hit; detail=stale",
  revalidated: "fwd=stale; fwd-status=304",
  miss: "fwd=miss",
  collapsed: "fwd=miss; collapsed",
};

/**
 * One cache's part of `Cache-Status`: `storage; hit`, `previews; fwd=miss; stored`. The cache closest to the origin
 * comes first when several are joined by commas.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9211
 */
export function cacheStatus(cache: CacheName, status: CacheStatus, stored: boolean): string {
  return `${cache}; ${PARAMETERS[status]}${status === "miss" && stored ? "; stored" : ""}`;
}
