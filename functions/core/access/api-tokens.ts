import { createHash, timingSafeEqual } from "node:crypto";
import type { ApiToken } from "../settings/settings.ts";
import type { Principal } from "./grants.ts";

/** Finds out who calls; `undefined` when the headers prove nobody. */
export type Authenticator = (headers: Headers) => Principal | undefined;

/**
 * Knows callers by `Authorization: Bearer <token>`. Digests are compared, all of them and in constant
 * time, so that neither a token's length nor its place in the list can be measured.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function createTokenAuthenticator(tokens: readonly ApiToken[]): Authenticator {
  const known = tokens.map(({ token, grants }) => {
    const digest = sha256(token);
    return { digest, principal: { id: `token:${digest.toString("hex", 0, 4)}`, grants } };
  });
  return (headers) => {
    const token = /^Bearer +([\w.~+/=-]+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    if (token === undefined) return undefined;
    const digest = sha256(token);
    let found: Principal | undefined;
    for (const candidate of known) {
      if (timingSafeEqual(candidate.digest, digest)) found = candidate.principal;
    }
    return found;
  };
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
