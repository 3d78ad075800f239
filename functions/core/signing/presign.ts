import type { SignedMethod } from "./signed-request.ts";
import {
  basicTime,
  canonicalQuery,
  canonicalEnd,
  credentialScope,
  type Dialect,
  type Pair,
  signedHeaders,
  stringToSign,
  UNSIGNED_PAYLOAD,
} from "./sigv4.ts";
import type { Validity } from "./validity.ts";

/** Who signs, for where. */
export interface Scope {
  readonly dialect: Dialect;
  readonly host: string;
  readonly accessKey: string;
  readonly region: string;
  readonly service: string;
  readonly sessionToken?: string;
}

/** A request ready to sign, and what the signature is over. */
export interface Unsigned {
  /** From `?` on, up to where the signature's value goes. */
  readonly query: string;
  readonly stringToSign: string;
}

/**
 * `path` is percent-encoded, `parameters` have lower-case names, `headers` are those that the client
 * must send besides `host`.
 */
export type Prepared = (
  method: SignedMethod,
  path: string,
  parameters: readonly Pair[],
  headers: readonly Pair[],
) => Unsigned;

/** The `Host` header that clients send for an origin: they leave out the scheme's own port. */
export function hostOf(origin: string): string {
  const [scheme, host = ""] = origin.split("://");
  return host.replace(scheme === "https" ? /:443$/ : /:80$/, "");
}

/** Made once for a scope and validity: all that is the same from one key to the next is worked out here. */
export function prepare(scope: Scope, validity: Pick<Validity, "signedAt" | "seconds">): Prepared {
  const { dialect } = scope;
  const time = basicTime(validity.signedAt);
  const place = credentialScope(dialect, time.slice(0, 8), scope.region, scope.service);
  const named = (name: string, value: string): Pair => [`${dialect.parameter}${name}`, value];
  const fixed: Pair[] = [
    named("Algorithm", dialect.algorithm),
    named("Credential", `${scope.accessKey}/${place}`),
    named("Date", time),
    named("Expires", String(validity.seconds)),
  ];
  if (scope.sessionToken !== undefined) fixed.push(named("Security-Token", scope.sessionToken));

  /** What requests that differ in nothing but method and path have in common. */
  const shared = (parameters: readonly Pair[], headers: readonly Pair[]) => {
    const signed: readonly Pair[] = [["host", scope.host], ...headers];
    const own = canonicalQuery([...fixed, named("SignedHeaders", signedHeaders(signed))]);
    // In order already: the operations' names are lower-case, and `X-` comes before every one of them.
    const query = parameters.length === 0 ? own : `${own}&${canonicalQuery(parameters)}`;
    return {
      query: `?${query}&${dialect.parameter}Signature=`,
      end: `\n${query}\n${canonicalEnd(signed, UNSIGNED_PAYLOAD)}`,
    };
  };

  const toSign = stringToSign(dialect, time, place);
  const plain = shared([], []);
  return (method, path, parameters, headers) => {
    const isPlain = parameters.length === 0 && headers.length === 0;
    const { query, end } = isPlain ? plain : shared(parameters, headers);
    return { query, stringToSign: toSign(`${method}\n${path}${end}`) };
  };
}
