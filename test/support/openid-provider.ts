import type { RequestListener } from "node:http";
import { exportJWK, generateKeyPair, type CryptoKey, type JWK } from "jose";
import { Provider } from "oidc-provider";
import { vi } from "vitest";
import { listen } from "./listen.ts";

const CLIENT = { client_id: "job", client_secret: "secret-of-the-job" };

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

/** A real OpenID provider on this machine. */
export interface OpenIdProvider {
  readonly issuer: string;
  /** Requests that it got, by path. */
  readonly requests: readonly string[];
  /** A token that the provider itself issues, by client credentials. */
  token(audience: string, alg?: string): Promise<string>;
  /** From now on it signs with these keys, the first of their algorithm, and publishes no others. */
  rotate(keys: readonly SigningKey[]): void;
  /** From now on it answers nothing but 503, until it is rotated. */
  fail(): unknown;
  close(): Promise<void>;
}

export async function createKey(kid: string, alg: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    kid,
    alg,
    privateKey,
    publicKey,
    jwk: { ...(await exportJWK(privateKey)), kid, alg, use: "sig" },
  };
}

const fail: RequestListener = (_, response) => void response.writeHead(503).end();

/** Opens a provider whose access tokens carry `claims`. */
export async function openOpenIdProvider(
  keys: readonly SigningKey[],
  claims: Readonly<Record<string, unknown>>,
): Promise<OpenIdProvider> {
  let answer = fail;
  const requests: string[] = [];
  const server = await listen((request, response) => {
    requests.push(request.url ?? "");
    answer(request, response);
  });
  const issuer = server.url;
  const rotate = (current: readonly SigningKey[]) => {
    answer = createProvider(issuer, current, claims);
  };
  rotate(keys);
  return {
    issuer,
    requests,
    rotate,
    fail: () => (answer = fail),
    async token(audience, alg = "RS256") {
      const grant = {
        grant_type: "client_credentials",
        resource: `urn:${audience}:${alg}`,
        ...CLIENT,
      };
      const body = new URLSearchParams(grant);
      const response = await fetch(`${issuer}/token`, { method: "POST", body });
      const given = (await response.json()) as { access_token?: string };
      if (given.access_token === undefined) throw new Error(JSON.stringify(given));
      return given.access_token;
    },
    close: () => server.close(),
  };
}

/** Every new one warns that it forgets: it may. */
function createProvider(
  issuer: string,
  keys: readonly SigningKey[],
  claims: Readonly<Record<string, unknown>>,
): RequestListener {
  vi.spyOn(console, "warn").mockReturnValue();
  const provider = new Provider(issuer, {
    clients: [
      {
        ...CLIENT,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: "client_secret_post",
        id_token_signed_response_alg: keys[0]?.alg,
      },
    ],
    cookies: { keys: ["a-key-of-this-test"] },
    jwks: { keys: keys.map(({ jwk }) => jwk) },
    extraTokenClaims: () => claims,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, resource: string) => {
          const [, audience, alg] = resource.split(":");
          return {
            scope: "",
            audience,
            accessTokenTTL: 600,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg } },
          };
        },
      },
    },
  });
  return provider.callback();
}
