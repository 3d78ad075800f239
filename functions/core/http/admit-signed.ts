import type { Action, Principal } from "../access/grants.ts";
import type { Call } from "./app.ts";
import { ProblemError } from "./problem.ts";
import type { Route } from "./route.ts";
import type { Services } from "./services.ts";
import { originForm, type Target } from "./target.ts";

/** Enough for what a route reads: the signature covers all of the request, so it reaches nothing else. */
const READING: readonly Action[] = ["objects:read", "links:read"];

/**
 * The bearer of a URL that this service has signed; `undefined` when the request carries no such signature.
 *
 * @throws ProblemError `bad_signature`, `signature_expired`: also when a token comes along, since who sends a
 *   signature relies on it.
 */
export function admitSigned(
  route: Route,
  { query }: Target,
  { ownUrls }: Services,
  call: Call,
): Principal | undefined {
  if (!route.signable || !query.has("sig")) return undefined;
  const signature = ownUrls.verify(originForm(call.target));
  if (!signature.ok) {
    throw signature.reason === "expired"
      ? new ProblemError("signature_expired", "the URL has expired; have it signed anew")
      : new ProblemError("bad_signature", "the URL is not as it was signed");
  }
  const { keyId, until } = signature;
  const id = `signature:${keyId}`;
  call.identified?.(id);
  return { id, grants: READING.map((action) => ({ action })), until };
}
