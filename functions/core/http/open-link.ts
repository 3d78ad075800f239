import { auditSignature } from "./audit.ts";
import { resolveLink } from "./resolve-link.ts";
import type { Sent } from "./route.ts";
import type { Services } from "./services.ts";
import { signedJson, signedRedirect } from "./signed-answer.ts";

/** How a caller wants a link to be opened. */
export interface OpenWish {
  /** Seconds. */
  readonly expires?: number;
  readonly download?: string;
  /** Default true; otherwise the signed request as JSON. */
  readonly redirect?: boolean;
}

/** Leads to what a link points to, signed now, for no longer than the signature that let the caller in. */
export async function openLink(
  method: "GET" | "HEAD",
  link: string,
  { redirect = true, expires, download }: OpenWish,
  sent: Sent,
  services: Services,
): Promise<Response> {
  const wish = {
    method,
    expires: atMost(sent.principal.until, expires ?? services.defaultExpires, services.now()),
    ...(download !== undefined && { download }),
  };
  const { located, resolved } = await resolveLink(link, wish, sent, services);
  await auditSignature(services, sent, { method, target: link, expiresAt: resolved.expiresAt });
  if (!redirect) return signedJson(resolved);
  const key = located.type === "object" ? located.key : undefined;
  return signedRedirect(resolved, sent.request, services.now(), key);
}

/** A life no longer than until then. Whole seconds, one at least: what ends sooner still is refused before it gets here. */
export function atMost(until: Date | undefined, seconds: number, now: Date): number {
  if (until === undefined) return seconds;
  return Math.max(1, Math.min(seconds, Math.floor((until.getTime() - now.getTime()) / 1000)));
}
