import type { SignedMethod } from "./signed-request.ts";
import {
  basicTime,
  canonicalQuery,
  canonicalRest,
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

/** A request ready to sign: its query without the signature, and what the signature is over. */
export interface Unsigned {
  readonly query: string;
  readonly stringToSign: string;
}

/** `path` is percent-encoded; `headers` are those that the client must send besides `host`. */
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

/** Made once for a scope and validity: what no longer depends on the key is worked out here. */
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

  const afterPath = (parameters: readonly Pair[], headers: readonly Pair[]) => {
    const signed: readonly Pair[] = [["host", scope.host], ...headers];
    const query = canonicalQuery([
      ...fixed,
      named("SignedHeaders", signedHeaders(signed)),
      ...parameters,
    ]);
    return { query, rest: canonicalRest(query, signed, UNSIGNED_PAYLOAD) };
  };

  const plain = afterPath([], []);
  return (method, path, parameters, headers) => {
    const { query, rest } =
      parameters.length === 0 && headers.length === 0 ? plain : afterPath(parameters, headers);
    return {
      query,
      stringToSign: stringToSign(dialect, time, place, `${method}\n${path}${rest}`),
    };
  };
}
