import type { ClaimRule } from "./claims.ts";
import type { Grant } from "./grants.ts";

/** What all entries of ACCESS_FILE have. */
interface Entry {
  /** For the audit: `token:<name>`. */
  readonly name: string;
  readonly grants: readonly Grant[];
}

export interface TokenRule extends Entry {
  /** SHA-256 of the token. */
  readonly digest: Buffer;
}

export interface JwtRule extends Entry {
  /** Exactly as in the claim `iss`. */
  readonly issuer: string;
  /** One of them must be among the claim `aud`. */
  readonly audiences: readonly string[];
  readonly claims: readonly ClaimRule[];
}

export interface IamRule extends Entry {
  readonly account: string;
  readonly kind: "role" | "user";
  /** A bare name, or its beginning and `*`. */
  readonly pattern: string;
}

/** Who may do what. A caller has what all entries that match it allow together. */
export interface AccessRules {
  readonly tokens: readonly TokenRule[];
  readonly jwts: readonly JwtRule[];
  readonly iam: readonly IamRule[];
}

/** Nobody may do anything. */
export const NO_RULES: AccessRules = { tokens: [], jwts: [], iam: [] };
