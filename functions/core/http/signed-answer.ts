import type { SignedRequest } from "../signing/signed-request.ts";
import { hasDotSegment } from "../storage/key.ts";
import type { AppRequest } from "./app.ts";
import { ProblemError } from "./problem.ts";
import type { Answer } from "./route.ts";
import { signedRequest } from "./schemas.ts";

/** Longest time in seconds that a client may keep a redirect. */
const MAX_REDIRECT_AGE = 300;

/** How the two forms of a signed answer are documented. */
export const SIGNED_ANSWERS: Readonly<Record<number, Answer>> = {
  200: {
    description: "With `redirect=false`: the signed request.",
    content: { "application/json": signedRequest },
  },
  307: {
    description: "To the signed URL.",
    headers: { Location: "The signed URL.", "Cache-Control": "Half the rest of its life." },
  },
};

/** What is answered for public links too, which never expire. */
export type Openable = Omit<SignedRequest, "expiresAt" | "clampedBy"> & {
  readonly expiresAt?: string;
  readonly clampedBy?: string;
};

/** The signed request as JSON. A signature is a key: no cache may keep it. */
export function signedJson(signed: Openable): Response {
  return Response.json(toSignedJson(signed), { headers: { "Cache-Control": "no-store" } });
}

/** Only what the contract names, in its order. */
export function toSignedJson(signed: Openable): Openable {
  const { method, url, headers, expiresAt, clampedBy } = signed;
  return {
    method,
    url,
    headers,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(clampedBy !== undefined && { clampedBy }),
  };
}

/**
 * 307, so that the client sends the same method and body again.
 *
 * @param request whose headers the client is going to repeat: what the signature needs must be among them.
 * @param key of the object; absent for public links, which pass as they are.
 * @throws ProblemError `unredirectable_key` when clients would collapse the key's path on the way,
 *   `header_required` when the signed request needs a header that the request lacks.
 */
export function signedRedirect(
  signed: Openable,
  request: AppRequest,
  now: Date,
  key: string | undefined,
): Response {
  if (key !== undefined && hasDotSegment(key)) {
    throw new ProblemError(
      "unredirectable_key",
      "clients collapse the key's . or .. segments when they follow a redirect; take ?redirect=false " +
        "and open the URL with a client that keeps the path (curl --path-as-is)",
    );
  }
  requireHeaders(signed, request);
  return new Response(null, {
    status: 307,
    headers: { Location: toAscii(signed.url), "Cache-Control": redirectAge(signed, now) },
  });
}

function requireHeaders(signed: Openable, request: AppRequest): void {
  const missing = Object.entries(signed.headers).filter(
    ([name, value]) => name.toLowerCase() !== "host" && request.headers.get(name) !== value,
  );
  if (missing.length === 0) return;
  const list = missing.map(([name, value]) => `${name}: ${value}`).join(", ");
  throw new ProblemError(
    "header_required",
    `the storage wants the header ${list}: send it with this request, since clients repeat their ` +
      "headers when they follow a redirect, or take ?redirect=false",
  );
}

function redirectAge(signed: Openable, now: Date): string {
  if (signed.expiresAt === undefined) return `private, max-age=${MAX_REDIRECT_AGE}`;
  const rest = (Date.parse(signed.expiresAt) - now.getTime()) / 1000;
  const age = Math.max(0, Math.min(MAX_REDIRECT_AGE, Math.floor(rest / 2)));
  return `private, max-age=${age}`;
}

/** Public links may hold Unicode; a header may not. */
function toAscii(url: string): string {
  return url.replaceAll(/[^\x21-\x7e]+/gu, (text) => encodeURIComponent(text));
}
