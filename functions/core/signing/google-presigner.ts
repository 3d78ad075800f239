import { attachment } from "./content-disposition.ts";
import { checkIntent, refusal, signedRequest } from "./intent.ts";
import { latest } from "./latest.ts";
import { hostOf, prepare } from "./presign.ts";
import type { SignedRequest, SignIntent } from "./signed-request.ts";
import { basicTime, credentialScope, type Dialect, type Pair, signingKey } from "./sigv4.ts";
import { encodePath } from "./uri-encode.ts";
import type { Validity } from "./validity.ts";

const REGION = "auto";
const SERVICE = "storage";

const GOOGLE = { parameter: "X-Goog-", secret: "GOOG4", end: "goog4_request" } as const;
const GOOGLE_HMAC: Dialect = { ...GOOGLE, algorithm: "GOOG4-HMAC-SHA256" };
const GOOGLE_RSA: Dialect = { ...GOOGLE, algorithm: "GOOG4-RSA-SHA256" };

export interface GoogleTarget {
  readonly origin: string;
  /** Percent-encoded `/bucket`; empty when the bucket is part of the host. */
  readonly basePath: string;
}

export interface GoogleHmacSigner {
  readonly type: "hmac";
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A service account: `sign` is RSASSA-PKCS1-v1_5 with SHA-256, by its own key or by IAM's signBlob. */
export interface GoogleRsaSigner {
  readonly type: "rsa";
  readonly clientEmail: string;
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export type GoogleSigner = GoogleHmacSigner | GoogleRsaSigner;

function parametersOf(intent: SignIntent): Pair[] {
  const parameters: Pair[] = [];
  if (intent.versionId !== undefined) parameters.push(["generation", intent.versionId]);
  if (intent.part !== undefined) {
    parameters.push(["partNumber", String(intent.part.number)], ["uploadId", intent.part.uploadId]);
  }
  if (intent.download !== undefined) {
    parameters.push(["response-content-disposition", attachment(intent.download)]);
  }
  return parameters;
}

/**
 * Google's own ways to bind an upload: a length by `x-goog-content-length-range`, absence by a
 * generation of 0.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/reference-headers
 */
function headersOf(intent: SignIntent): Pair[] {
  const { contentType, contentLength: length, contentMd5, metadata = {} } = intent;
  const headers: Pair[] = [];
  if (contentType !== undefined) headers.push(["content-type", contentType]);
  if (length !== undefined) headers.push(["x-goog-content-length-range", `${length},${length}`]);
  if (contentMd5 !== undefined) headers.push(["content-md5", contentMd5]);
  for (const [name, value] of Object.entries(metadata))
    headers.push([`x-goog-meta-${name}`, value]);
  if (intent.ifNoneMatch !== undefined) headers.push(["x-goog-if-generation-match", "0"]);
  return headers;
}

/**
 * Signs requests to Google Cloud Storage's XML API in their query (V4). Answers without a promise
 * unless `sign` gives one.
 *
 * The returned function throws StorageError `unsupported` for `checksumSha256` and `checksumCrc32`,
 * which Google cannot bind, and `invalid-request` for an intent that contradicts itself.
 *
 * @see https://cloud.google.com/storage/docs/authentication/signatures
 */
export function createGooglePresigner(
  target: GoogleTarget,
  signer: GoogleSigner,
): (intent: SignIntent, validity: Validity) => SignedRequest | Promise<SignedRequest> {
  const dialect = signer.type === "hmac" ? GOOGLE_HMAC : GOOGLE_RSA;
  const scope = {
    dialect,
    // Google signs the host without its port, unlike AWS: its published cases say so.
    host: hostOf(target.origin).replace(/:\d+$/, ""),
    accessKey: signer.type === "hmac" ? signer.accessKey : signer.clientEmail,
    region: REGION,
    service: SERVICE,
  };
  const preparedFor = latest((time: number, seconds: number) =>
    prepare(scope, { signedAt: new Date(time), seconds }),
  );
  const sign = signer.type === "hmac" ? hmacOf(signer) : rsaOf(signer);

  return (intent, validity) => {
    checkIntent(intent, "google");
    for (const field of ["checksumSha256", "checksumCrc32"] as const) {
      if (intent[field] !== undefined) {
        throw refusal("unsupported", `Google cannot bind ${field}`, "google", intent);
      }
    }
    const path = `${target.basePath}/${encodePath(intent.key)}`;
    const headers = headersOf(intent);
    const { query, stringToSign } = preparedFor(validity.signedAt.getTime(), validity.seconds)(
      intent.method,
      path,
      parametersOf(intent),
      headers,
    );
    const finish = (signature: string) =>
      signedRequest(intent.method, target.origin + path + query + signature, headers, validity);
    const signature = sign(stringToSign, validity.signedAt);
    return typeof signature === "string" ? finish(signature) : signature.then(finish);
  };
}

type Sign = (text: string, signedAt: Date) => string | Promise<string>;

function hmacOf(signer: GoogleHmacSigner): Sign {
  const keyOf = latest((day: string) =>
    signingKey(GOOGLE_HMAC, signer.secretKey, credentialScope(GOOGLE_HMAC, day, REGION, SERVICE)),
  );
  return (text, signedAt) => keyOf(basicTime(signedAt).slice(0, 8))(text, "hex");
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function rsaOf(signer: GoogleRsaSigner): Sign {
  return (text) => {
    const signature = signer.sign(Buffer.from(text));
    return signature instanceof Uint8Array ? toHex(signature) : signature.then(toHex);
  };
}
