import { parseAccessFile } from "@remote-storage/core/access/access-file.ts";
import {
  type Authentication,
  createAuthenticate,
} from "@remote-storage/core/access/authenticate.ts";
import { createJwtVerifier } from "@remote-storage/core/access/jwt.ts";
import { type JWTPayload, SignJWT } from "jose";
import {
  createKey,
  openOpenIdProvider,
  type OpenIdProvider,
  type SigningKey,
} from "../../support/openid-provider.ts";

export const AUDIENCE = "remote-storage";
export const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"];

/** An OpenID provider, and a service that lets its data team in. */
export interface Stage {
  readonly provider: OpenIdProvider;
  readonly keys: readonly SigningKey[];
  key(alg?: string): SigningKey;
  /** As it was opened: the provider with its first keys, the service knowing none, the clock right. */
  reset(): void;
  /** Moves the service's clock. */
  wait(milliseconds: number): void;
  call(token: string): Promise<Authentication>;
  /** Why the token does not get in. */
  refusal(token: string): Promise<string>;
  /** A token that is right in everything but what is changed; `null` leaves a claim out. */
  forge(
    claims?: Readonly<Record<string, unknown>>,
    by?: Pick<SigningKey, "kid" | "alg" | "privateKey">,
  ): Promise<string>;
}

export async function openStage(): Promise<Stage> {
  const keys = await Promise.all(ALGORITHMS.map((alg) => createKey(`key-${alg}`, alg)));
  const provider = await openOpenIdProvider(keys, { groups: ["guests", "data-team"] });
  const rules = parseAccessFile(toRules(provider.issuer), []);
  let later = 0;
  const now = () => new Date(Date.now() + later);
  let verifier = createJwtVerifier({ fetch, now });
  const authenticate = createAuthenticate({
    tokens: [],
    rules: () => Promise.resolve(rules),
    verifier: () => Promise.resolve(verifier),
  });
  const key = (alg = "RS256") => {
    const found = keys.find((each) => each.alg === alg);
    if (found === undefined) throw new Error(`no key for ${alg}`);
    return found;
  };
  const call = (token: string) => authenticate(new Headers({ authorization: `Bearer ${token}` }));
  return {
    provider,
    keys,
    key,
    call,
    reset() {
      provider.rotate(keys);
      later = 0;
      verifier = createJwtVerifier({ fetch, now });
    },
    wait: (milliseconds) => void (later += milliseconds),
    async refusal(token) {
      const found = await call(token);
      if ("principal" in found) throw new Error(`${found.principal.id} got in`);
      return found.refused;
    },
    forge(claims = {}, { kid, alg, privateKey } = key()) {
      const right = { iss: provider.issuer, aud: AUDIENCE, sub: "job", groups: "data-team" };
      const all = { ...right, exp: seconds() + 60, ...claims };
      const given = Object.entries(all).filter(([, value]) => value !== null);
      const payload: JWTPayload = Object.fromEntries(given);
      return new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(privateKey);
    },
  };
}

export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

function toRules(issuer: string): string {
  return `data-team:
  issuer: ${issuer}
  audience: ${AUDIENCE}
  claims: { groups: data-team }
  allow: [objects:read]
  prefixes: [private/team-a/]
admins:
  issuer: ${issuer}
  audience: admin-console
  claims: { groups: data-team }
  allow: all
`;
}
