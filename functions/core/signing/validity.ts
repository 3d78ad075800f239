import { StorageError } from "../storage/errors.ts";
import { latest } from "./latest.ts";
import type { ClampReason, SigningPolicy } from "./signed-request.ts";

/** Seven days: what S3 and Google accept at most. */
export const MAX_EXPIRES = 604_800;

/** When a signature starts and ends. */
export interface Validity {
  /** A whole second; with a window, a multiple of it. */
  readonly signedAt: Date;
  /** Life in whole seconds, counted from `signedAt`. */
  readonly seconds: number;
  /** `signedAt` + `seconds` in RFC 3339, UTC. */
  readonly expiresAt: string;
  /** Present when it ends before the wish does. */
  readonly clampedBy?: ClampReason;
}

/** A time that a signature must not outlive: its credentials' end, a delegation key's. */
export interface Limit {
  readonly until: Date;
  readonly reason: ClampReason;
}

/** RFC 3339 in whole seconds, UTC. */
const toRfc3339 = latest(
  (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`,
);

/**
 * The validity of a signature made `now` that is wished to live `expires` seconds (1 to 604800).
 *
 * With `policy.window` the signing time is rounded down and the life made longer by one window, so
 * that the same wish gives the same URL throughout the window and never ends before the wish. No
 * signature lives longer than `policy.maxExpires` from its signing time, nor beyond any limit; where
 * that ends it before the wish, `clampedBy` tells which limit it was. A window counts for half of
 * `maxExpires` at most, so that at least the other half is always left.
 *
 * @throws StorageError `invalid-request` for a wish out of range, `credentials` when a limit has
 * passed already.
 */
export function validity(
  now: Date,
  expires: number,
  policy: SigningPolicy,
  limits: readonly Limit[] = [],
): Validity {
  if (!Number.isInteger(expires) || expires < 1 || expires > MAX_EXPIRES) {
    throw new StorageError(
      "invalid-request",
      `a signature lives 1 to ${MAX_EXPIRES} seconds, not ${expires}`,
      { provider: "signing", operation: "sign" },
    );
  }
  const second = Math.floor(now.getTime() / 1000);
  const longest = Math.min(policy.maxExpires, MAX_EXPIRES);
  const window = Math.min(policy.window, Math.floor(longest / 2));
  const signedAt = window > 0 ? second - (second % window) : second;
  const wished = second + expires;
  let end = signedAt + Math.min(expires + window, longest);
  let reason: ClampReason = "policy";
  for (const limit of limits) {
    const until = Math.floor(limit.until.getTime() / 1000);
    if (until < end) {
      end = until;
      reason = limit.reason;
    }
  }
  if (end <= second) {
    throw new StorageError(
      "credentials",
      `nothing can be signed beyond ${toRfc3339(end)} (${reason})`,
      { provider: "signing", operation: "sign" },
    );
  }
  const times = {
    signedAt: new Date(signedAt * 1000),
    seconds: end - signedAt,
    expiresAt: toRfc3339(end),
  };
  return end < wished ? { ...times, clampedBy: reason } : times;
}
