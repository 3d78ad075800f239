import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from "jose";
import { createIssuerKeys, type IssuerKeys } from "./issuer-keys.ts";

/** Asymmetric ones alone: with an HMAC a public key would be a secret that everybody knows. */
const ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA", "Ed25519"] as const;

/** Seconds that clocks may differ by. */
const LEEWAY = 30;

/** What the token says, or why it proves nothing, in words for whoever sent it. */
export type VerifiedJwt = { readonly claims: JWTPayload } | { readonly refused: string };

/** Checks JSON Web Tokens of OpenID providers, whose keys are remembered. */
export interface JwtVerifier {
  /**
   * @param accepted the audiences that each accepted issuer's tokens may be for.
   * @throws IssuerUnavailableError
   */
  verify(token: string, accepted: ReadonlyMap<string, readonly string[]>): Promise<VerifiedJwt>;
}

/** @see https://www.rfc-editor.org/rfc/rfc8725 */
export function createJwtVerifier(world: {
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
}): JwtVerifier {
  const { fetch, now } = world;
  // Only issuers of ACCESS_FILE get in here, so it is as small as that file.
  const known = new Map<string, IssuerKeys>();

  function keysOf(issuer: string): IssuerKeys {
    const keys =
      known.get(issuer) ?? createIssuerKeys(issuer, { fetch, now: () => now().getTime() });
    known.set(issuer, keys);
    return keys;
  }

  return {
    async verify(token, accepted) {
      const issuer = readIssuer(token);
      if (issuer === undefined) return { refused: "the token is not known here and is no JWT" };
      const audience = accepted.get(issuer);
      if (audience === undefined) return { refused: "the token's issuer is not accepted here" };
      const check = async (keys: JWTVerifyGetKey) => {
        const { payload } = await jwtVerify(token, keys, {
          algorithms: [...ALGORITHMS],
          issuer,
          audience: [...audience],
          requiredClaims: ["exp"],
          clockTolerance: LEEWAY,
          currentDate: now(),
        });
        return { claims: payload };
      };
      const keys = keysOf(issuer);
      try {
        return await check(await keys.current());
      } catch (error) {
        const renewed = isUnknownKey(error) ? await keys.renewed() : undefined;
        if (renewed === undefined) return refuse(error);
        return await check(renewed).catch(refuse);
      }
    },
  };
}

function readIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** The provider may have new keys, or another key under an old id. */
function isUnknownKey(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWSSignatureVerificationFailed
  );
}

/** Anything that jose has no error for is a fault of ours. */
function refuse(error: unknown): VerifiedJwt {
  if (!(error instanceof errors.JOSEError)) throw error;
  if (error instanceof errors.JWTExpired) return { refused: "the token has expired" };
  if (error instanceof errors.JWTClaimValidationFailed) {
    return { refused: `the token's claim ${error.claim} does not hold` };
  }
  return { refused: REASONS[error.code] ?? "the token cannot be read" };
}

const REASONS: Readonly<Record<string, string>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: `the token's algorithm is not one of ${ALGORITHMS.join(", ")}`,
  ERR_JWKS_NO_MATCHING_KEY: "the token's issuer has no such key",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "the token does not say which of its issuer's keys signed it",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "the token's signature is wrong",
};
