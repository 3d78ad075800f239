import type { Principal } from "../access/grants.ts";

/** Seconds that others may keep what a signed URL gave them without asking again. */
const MAX_AGE = 3600;

/**
 * `Cache-Control` for bytes of an original. Behind a token they belong to that caller, who asks each time
 * whether they are still the same; behind a signed URL whoever has the URL may have them, until it ends.
 */
export function freshness({ until }: Principal, now: Date): string {
  if (until === undefined) return "private, no-cache";
  const rest = Math.floor((until.getTime() - now.getTime()) / 1000);
  return `public, max-age=${Math.max(0, Math.min(MAX_AGE, rest))}`;
}
