import { createHash } from "node:crypto";
import type { AuditFields } from "../audit.ts";
import type { Sent } from "./route.ts";
import type { Services } from "./services.ts";

/** One access that is given away. */
export interface SignatureFields {
  readonly method: string;
  /** `private/team-a/cat.jpg`, or a link. */
  readonly target: string;
  /** Of an upload in parts. */
  readonly part?: number;
  /** Absent for public links, which are passed on as they are. */
  readonly expiresAt: string | undefined;
}

/**
 * Who was given which access until when. Never the URL: it is the access.
 *
 * @throws ProblemError `audit_unavailable`: then nothing may be answered.
 */
export async function auditSignature(
  services: Services,
  sent: Sent,
  ...signatures: readonly SignatureFields[]
): Promise<void> {
  const who = { audit: "signed", ...identify(sent) };
  const toLine = (fields: SignatureFields): AuditFields => ({
    ...who,
    ...fields,
    target: withoutQuery(fields.target),
  });
  await services.audit.record(...signatures.map(toLine));
}

/** Bulk work under way. */
export interface BulkAudit {
  /** Counts a part of what was asked for into the digest. */
  readonly saw: (part: string | Uint8Array) => void;
  /** Writes how it ended; without counts when the client left before the end. Never throws. */
  end(counts: AuditFields): Promise<void>;
}

/**
 * The same for work too large for a line each: one line before the first signature is given away, and one
 * after the last with the counts and the SHA-256 of what was asked for, as far as it was read.
 *
 * @throws ProblemError `audit_unavailable`: then nothing may be answered.
 */
export async function auditBulk(
  { audit }: Services,
  sent: Sent,
  fields: AuditFields & { readonly route: string },
): Promise<BulkAudit> {
  const who = { ...identify(sent), ...fields };
  await audit.record({ audit: "signing", ...who });
  const hash = createHash("sha256");
  return {
    saw: (part) => void hash.update(part),
    end: (counts) => audit.note({ audit: "signed", ...who, ...counts, sha256: hash.digest("hex") }),
  };
}

function identify({ principal, requestId, remote }: Sent): AuditFields {
  return { principal: principal.id, requestId, ...(remote !== undefined && { remote }) };
}

/** A public link may carry a signature of its own; a key of an object may hold a `?` and has none. */
function withoutQuery(target: string): string {
  return /^https?:/i.test(target) ? target.replace(/[?#].*$/s, "") : target;
}
