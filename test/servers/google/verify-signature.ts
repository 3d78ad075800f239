import { createHash, createHmac, type KeyObject, verify } from "node:crypto";

/** Whose signatures hold: a service account's, or an HMAC key's. */
export type Signer = { readonly publicKey: KeyObject } | { readonly secretKey: string };

export interface SignedByClient {
  readonly method: string;
  /** The path as it was sent. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
}

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * Whether a request is signed in its query by `signer`, and still valid: written from
 * Google's description, apart from the code that signs.
 *
 * @see https://cloud.google.com/storage/docs/authentication/canonical-requests
 */
export function isSigned(sent: SignedByClient, signer: Signer): boolean {
  const { method, target, query, headers } = sent;
  const {
    "X-Goog-Signature": signature,
    "X-Goog-Date": date = "",
    ...rest
  } = Object.fromEntries(query);
  const credential = rest["X-Goog-Credential"] ?? "";
  const scope = credential.slice(credential.indexOf("/") + 1);
  const algorithm = "publicKey" in signer ? "GOOG4-RSA-SHA256" : "GOOG4-HMAC-SHA256";
  if (signature === undefined || rest["X-Goog-Algorithm"] !== algorithm) return false;

  const start = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const end = start + Number(rest["X-Goog-Expires"]) * 1000;
  if (!(Date.now() < end) || scope !== `${date.slice(0, 8)}/auto/storage/goog4_request`)
    return false;

  const names = (rest["X-Goog-SignedHeaders"] ?? "").split(";");
  const parameters = [...query]
    .filter(([name]) => name !== "X-Goog-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const canonical = [
    method,
    target,
    parameters.toSorted().join("&"),
    ...names.map((name) => `${name}:${signedValue(name, headers)}`),
    "",
    names.join(";"),
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const hash = createHash("sha256").update(canonical).digest("hex");
  const text = [algorithm, date, scope, hash].join("\n");
  const bytes = Buffer.from(signature, "hex");
  if ("publicKey" in signer)
    return verify("RSA-SHA256", Buffer.from(text), signer.publicKey, bytes);
  const key = scope.split("/").reduce(hmac, Buffer.from(`GOOG4${signer.secretKey}`));
  return hmac(key, text).equals(bytes);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** Google leaves the port out of the host. */
function signedValue(name: string, headers: Headers): string {
  const value = headers.get(name) ?? "";
  return name === "host" ? value.replace(/:\d+$/, "") : value;
}
