import type { Sent } from "./route.ts";
import type { Services } from "./services.ts";

/** Who was given which access until when. Never the URL: it is the access. */
export function auditSignature(
  { log }: Services,
  sent: Sent,
  fields: {
    readonly method: string;
    /** `private/team-a/cat.jpg`, or a link. */
    readonly target: string;
    readonly expiresAt: string | undefined;
  },
): void {
  const target = withoutQuery(fields.target);
  log.info({ audit: "signed", ...identify(sent), ...fields, target }, "signed");
}

/** The same for bulk work: one line; without counts when the client left before the end. */
export function auditSignatures(
  { log }: Services,
  sent: Sent,
  fields: { readonly route: string; readonly signed?: number; readonly failed?: number },
): void {
  log.info({ audit: "signed", ...identify(sent), ...fields }, "signed in bulk");
}

function identify({ principal, requestId }: Sent): Readonly<Record<string, string>> {
  return { principal: principal.id, requestId };
}

/** A public link may carry a signature of its own; a key of an object may hold a `?` and has none. */
function withoutQuery(target: string): string {
  return /^https?:/i.test(target) ? target.replace(/[?#].*$/s, "") : target;
}
