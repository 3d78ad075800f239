import { hash } from "node:crypto";
import { type Hmac, prepareHmac } from "./hmac-sha256.ts";
import { encodeComponent } from "./uri-encode.ts";

/**
 * What differs between AWS's Signature Version 4 and Google's V4. The steps below serve both; each is
 * pure and held to the published cases on its own.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 * @see https://cloud.google.com/storage/docs/authentication/canonical-requests
 */
export interface Dialect {
  readonly algorithm: "AWS4-HMAC-SHA256" | "GOOG4-HMAC-SHA256" | "GOOG4-RSA-SHA256";
  /** What the signing parameters' names begin with. */
  readonly parameter: "X-Amz-" | "X-Goog-";
  /** Goes before the secret key. */
  readonly secret: "AWS4" | "GOOG4";
  /** The last part of the scope. */
  readonly end: "aws4_request" | "goog4_request";
}

export const AWS: Dialect = {
  algorithm: "AWS4-HMAC-SHA256",
  parameter: "X-Amz-",
  secret: "AWS4",
  end: "aws4_request",
};

/** A name and its value, neither encoded. */
export type Pair = readonly [name: string, value: string];

/** Signed in place of a body's hash: a presigned request does not know its body. */
export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/** ISO 8601's basic form in whole seconds: `20130524T000000Z`. Its first eight characters are the day. */
export function basicTime(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Encoded, then sorted by name and value. Encoded text is ASCII: code units sort as bytes do. */
export function canonicalQuery(parameters: readonly Pair[]): string {
  return parameters
    .map(([name, value]) => [encodeComponent(name), encodeComponent(value)] as const)
    .toSorted(([a, x], [b, y]) => byCodeUnit(a, b) || byCodeUnit(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Lower-case names in order, values trimmed with runs of white space made one space, repeated names joined by a comma. */
function mergeHeaders(headers: readonly Pair[]): ReadonlyMap<string, string> {
  const merged = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const clean = value.trim().replaceAll(/\s+/g, " ");
    const before = merged.get(key);
    merged.set(key, before === undefined ? clean : `${before},${clean}`);
  }
  return new Map([...merged].toSorted(([a], [b]) => byCodeUnit(a, b)));
}

/** The names of the headers that are signed, as `X-Amz-SignedHeaders` gives them. */
export function signedHeaders(headers: readonly Pair[]): string {
  return [...mergeHeaders(headers).keys()].join(";");
}

/** What follows the query in a canonical request: the same for all that is signed alike. */
export function canonicalEnd(headers: readonly Pair[], payload: string): string {
  const merged = mergeHeaders(headers);
  const lines = [...merged].map(([name, value]) => `${name}:${value}\n`).join("");
  return `${lines}\n${[...merged.keys()].join(";")}\n${payload}`;
}

/**
 * @param path Percent-encoded once and never normalised: S3's rule, unlike other AWS services'.
 * @param query From {@link canonicalQuery}.
 */
export function canonicalRequest(
  method: string,
  path: string,
  query: string,
  headers: readonly Pair[],
  payload: string,
): string {
  return `${method}\n${path}\n${query}\n${canonicalEnd(headers, payload)}`;
}

/** @param day The first eight characters of the time: a scope of another day is refused. */
export function credentialScope(
  dialect: Dialect,
  day: string,
  region: string,
  service: string,
): string {
  return `${day}/${region}/${service}/${dialect.end}`;
}

/** For one time and scope: makes of a canonical request what the key signs. */
export function stringToSign(
  dialect: Dialect,
  time: string,
  scope: string,
): (request: string) => string {
  const head = `${dialect.algorithm}\n${time}\n${scope}\n`;
  return (request) => head + hash("sha256", request, "hex");
}

/** The key for one scope, ready to sign: `signingKey(…)(stringToSign(…), "hex")` is the signature. */
export function signingKey(dialect: Dialect, secretKey: string, scope: string): Hmac {
  return scope
    .split("/")
    .reduce(
      (key, part) => prepareHmac(Buffer.from(key(part, "binary"), "binary")),
      prepareHmac(`${dialect.secret}${secretKey}`),
    );
}
