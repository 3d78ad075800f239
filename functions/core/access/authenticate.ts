import type { AccessRules, TokenRule } from "./access-rules.ts";
import { findToken } from "./api-tokens.ts";
import { claimsMatch, toList } from "./claims.ts";
import type { Grant, Principal } from "./grants.ts";
import { parseCallerArn } from "./iam-name.ts";
import type { Identity } from "./identity.ts";
import type { JwtVerifier } from "./jwt.ts";

/** Who calls, or why that is not known, in words for whoever called. */
export type Authentication =
  | { readonly principal: Principal }
  | { readonly refused: string; readonly credential: boolean };

/**
 * Finds out who calls: whom the entry point has admitted, or who has the token in `Authorization`.
 *
 * @throws IssuerUnavailableError when a JWT cannot be checked now.
 */
export type Authenticate = (headers: Headers, identity?: Identity) => Promise<Authentication>;

/** What it takes. */
export interface Admission {
  /** `API_TOKENS`. */
  readonly tokens: readonly TokenRule[];
  /** Those of ACCESS_FILE at this moment. */
  readonly rules: () => Promise<AccessRules>;
  /** Loaded at the first JWT. */
  readonly verifier: () => Promise<JwtVerifier>;
}

/** Longer subjects are cut in the audit. */
const MAX_SUBJECT = 200;

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
export function createAuthenticate({ tokens, rules, verifier }: Admission): Authenticate {
  return async (headers, identity) => {
    const current = await rules();
    if (identity !== undefined) return { principal: recognise(identity, current) };
    const sent = headers.get("authorization");
    const token = /^Bearer +([\w.~+/=-]+)$/i.exec(sent ?? "")?.[1];
    const { jwts } = current;
    if (token === undefined)
      return { refused: accepted(jwts.length > 0), credential: sent !== null };
    const found = findToken([...tokens, ...current.tokens], token);
    const [first] = found;
    if (first !== undefined)
      return { principal: { id: `token:${first.name}`, grants: join(found) } };
    if (jwts.length === 0) return { refused: "the token is not known here", credential: true };
    const issuers = new Map(
      jwts.map(({ issuer }) => [
        issuer,
        jwts.filter((rule) => rule.issuer === issuer).flatMap(({ audiences }) => audiences),
      ]),
    );
    const verified = await (await verifier()).verify(token, issuers);
    return "claims" in verified
      ? { principal: fromClaims(verified.claims, current) }
      : { refused: verified.refused, credential: true };
  };
}

function accepted(jwt: boolean): string {
  return `send Authorization: Bearer <token>, with an API token${jwt ? " or a JWT of an accepted issuer" : ""}`;
}

/** Without any rule for it the caller is known, and may do nothing. */
function recognise(identity: Identity, rules: AccessRules): Principal {
  if (identity.type === "claims") return fromClaims(identity.claims, rules);
  const caller = parseCallerArn(identity.arn);
  const matching = rules.iam.filter(
    ({ account, kind, pattern }) =>
      caller !== undefined &&
      account === identity.account &&
      account === caller.account &&
      kind === caller.kind &&
      (pattern.endsWith("*")
        ? caller.name.startsWith(pattern.slice(0, -1))
        : caller.name === pattern),
  );
  return { id: identity.arn, grants: join(matching) };
}

function fromClaims(claims: Readonly<Record<string, unknown>>, rules: AccessRules): Principal {
  const { iss, aud, sub, azp, client_id: client } = claims;
  const audiences = toList(aud);
  const matching = rules.jwts.filter(
    (rule) =>
      rule.issuer === iss &&
      rule.audiences.some((audience) => audiences.includes(audience)) &&
      claimsMatch(rule.claims, claims),
  );
  const subject = [sub, azp, client].find((claim) => typeof claim === "string") ?? "";
  return { id: `jwt:${String(iss)}#${subject.slice(0, MAX_SUBJECT)}`, grants: join(matching) };
}

function join(rules: readonly { readonly grants: readonly Grant[] }[]): readonly Grant[] {
  const [first, ...more] = rules;
  // Nearly every caller has one rule.
  return first !== undefined && more.length === 0
    ? first.grants
    : rules.flatMap(({ grants }) => grants);
}
