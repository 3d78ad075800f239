import { createLocalJWKSet, type JWTVerifyGetKey } from "jose";
import * as v from "valibot";
import { fetchJson } from "./fetch-json.ts";
import { IssuerUnavailableError } from "./issuer-unavailable.ts";
import { isLoopback } from "./loopback.ts";
import { createRateLimiter } from "./rate-limiter.ts";

/** The public keys of one OpenID provider. */
export interface IssuerKeys {
  /** @throws IssuerUnavailableError while there are none that may still be trusted. */
  current(): Promise<JWTVerifyGetKey>;
  /**
   * The keys fetched anew for a token that the current ones do not verify; `undefined` when they were
   * asked for too often just now. @throws IssuerUnavailableError.
   */
  renewed(): Promise<JWTVerifyGetKey | undefined>;
}

/** Milliseconds that keys are used without asking again: as long may a withdrawn key be believed. */
const FRESH = 600_000;
/** Milliseconds that they are used while the provider cannot be asked. */
const STALE = 3_600_000;
/** Milliseconds between two attempts that fail. */
const PAUSE = 10_000;
/** Tokens with unknown keys cost a fetch each: so many are looked up at once, and a minute. */
const RENEWALS = { count: 5, seconds: 60 };

const discovery = v.object({ issuer: v.string(), jwks_uri: v.pipe(v.string(), v.url()) });
const keySet = v.object({
  keys: v.pipe(v.array(v.looseObject({ kty: v.string() })), v.minLength(1), v.maxLength(100)),
});

interface Fetched {
  readonly keys: JWTVerifyGetKey;
  readonly at: number;
}

/**
 * Finds the keys by OpenID Connect Discovery and keeps them, so that a provider may change them at any time.
 *
 * @param now milliseconds.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 */
export function createIssuerKeys(
  issuer: string,
  { fetch, now }: { readonly fetch: typeof globalThis.fetch; readonly now: () => number },
): IssuerKeys {
  const renewals = createRateLimiter(RENEWALS);
  let fetched: Fetched | undefined;
  let failure: { readonly error: IssuerUnavailableError; readonly at: number } | undefined;
  let flight: Promise<Fetched> | undefined;

  function refresh(): Promise<Fetched> {
    flight ??= fetchKeys(issuer, fetch)
      .then(
        (keys) => {
          failure = undefined;
          return (fetched = { keys, at: now() });
        },
        (cause: unknown) => {
          const error = new IssuerUnavailableError(issuer, cause);
          failure = { error, at: now() };
          throw error;
        },
      )
      .finally(() => {
        flight = undefined;
      });
    return flight;
  }

  return {
    async current() {
      const age = fetched === undefined ? Infinity : now() - fetched.at;
      if (fetched !== undefined && age < FRESH) return fetched.keys;
      try {
        if (failure !== undefined && now() - failure.at < PAUSE) throw failure.error;
        return (await refresh()).keys;
      } catch (error) {
        if (fetched !== undefined && age < STALE) return fetched.keys;
        throw error;
      }
    },
    async renewed() {
      if (renewals.wait(issuer, now()) > 0) return undefined;
      renewals.spend(issuer, now());
      return (await refresh()).keys;
    },
  };
}

async function fetchKeys(issuer: string, fetch: typeof globalThis.fetch): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const found = v.parse(discovery, await fetchJson(fetch, url));
  if (found.issuer !== issuer) throw new Error(`${url} is of ${JSON.stringify(found.issuer)}`);
  const { protocol, hostname } = new URL(found.jwks_uri);
  if (protocol !== "https:" && !(isLoopback(hostname) && issuer.startsWith("http:"))) {
    throw new Error(`${url} names keys that are not on https`);
  }
  return createLocalJWKSet(v.parse(keySet, await fetchJson(fetch, found.jwks_uri)));
}
