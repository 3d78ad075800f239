import { timingSafeEqual } from "node:crypto";
import { parsePresigned, type Presigned, type Refusal, refused } from "./sigv4-parse.ts";
import {
  AWS,
  canonicalQuery,
  canonicalRequest,
  credentialScope,
  type Pair,
  signingKey,
  stringToSign,
  UNSIGNED_PAYLOAD,
} from "./sigv4.ts";
import { encodePath } from "./uri-encode.ts";

export interface PresignedRequest {
  readonly method: string;
  /** `path?query` byte for byte as it was sent: a parsed URL has lost what was signed. */
  readonly target: string;
  /** With `host` as it was sent. */
  readonly headers: Headers;
}

/** A request whose signature holds. Act on these values only, not on another reading of the URL. */
export interface Verified {
  readonly ok: true;
  readonly accessKey: string;
  /** Decoded: `/bucket/key`. */
  readonly path: string;
  /** Decoded, each once, the signature's own among them. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Lower-case hex that the body's SHA-256 must equal; absent: any body. */
  readonly payloadSha256?: string;
}

/** S3 refuses signing times further ahead than this; clocks differ. */
const MAX_AHEAD = 15 * 60;

/**
 * Verifies a request that was presigned with SigV4 in its query, as S3 does, and more strictly: every
 * parameter once, every `x-amz-*` header signed, no session token (our keys have none).
 *
 * What S3's own clients presign is accepted however they percent-encode it: the canonical form is
 * made from the parsed parameters.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function verifyPresigned(
  request: PresignedRequest,
  secretFor: (accessKey: string) => string | undefined,
  options: { readonly now: Date; readonly region: string },
): Verified | Refusal {
  const parsed = parsePresigned(request.target, options.region);
  if (!parsed.ok) return parsed;
  const untimely = checkTime(parsed, options.now);
  if (untimely !== undefined) return untimely;
  const unsigned = checkHeaders(parsed, request.headers);
  if (unsigned !== undefined) return unsigned;
  const payload = payloadOf(parsed, request.headers);
  if (payload !== UNSIGNED_PAYLOAD && !/^[0-9a-f]{64}$/.test(payload)) {
    return refused("InvalidRequest", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD or a SHA-256");
  }
  const secret = secretFor(parsed.accessKey);
  if (secret === undefined) {
    return refused("InvalidAccessKeyId", "The access key id does not exist here");
  }
  if (!sameText(parsed.signature, sign(parsed, request, payload, secret))) {
    return refused(
      "SignatureDoesNotMatch",
      "The signature does not match the one calculated here; check the secret key, method, path and parameters",
    );
  }
  return {
    ok: true,
    accessKey: parsed.accessKey,
    path: parsed.path,
    parameters: parsed.parameters,
    ...(payload !== UNSIGNED_PAYLOAD && { payloadSha256: payload }),
  };
}

function checkTime(parsed: Presigned, now: Date): Refusal | undefined {
  const age = (now.getTime() - parsed.signedAt.getTime()) / 1000;
  if (age < -MAX_AHEAD) return refused("AccessDenied", "Request is not valid yet");
  if (age > parsed.seconds) return refused("AccessDenied", "Request has expired");
  return undefined;
}

/**
 * Only a Bearer token may stand beside the signature (clients keep one on a redirect), and headers
 * that S3 acts on must be signed: else a holder of the URL could change what it does.
 */
function checkHeaders(parsed: Presigned, headers: Headers): Refusal | undefined {
  const authorization = headers.get("authorization");
  if (authorization !== null && !/^bearer /i.test(authorization)) {
    return refused("InvalidArgument", "Only one auth mechanism allowed: the query is signed");
  }
  if (headers.has("x-amz-security-token")) {
    return refused("InvalidToken", "The keys of this server have no session token");
  }
  const missing = parsed.signedHeaders.filter((name) => !headers.has(name));
  if (missing.length > 0) {
    return refused("SignatureDoesNotMatch", `Signed headers are missing: ${missing.join(", ")}`);
  }
  const unsigned = [...headers.keys()].filter(
    (name) => name.startsWith("x-amz-") && !parsed.signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    return refused(
      "AccessDenied",
      `There were headers present in the request which were not signed: ${unsigned.join(", ")}`,
    );
  }
  return undefined;
}

/** Some signers hash the payload even here, and say so in a signed header or parameter. */
function payloadOf(parsed: Presigned, headers: Headers): string {
  return (
    headers.get("x-amz-content-sha256") ??
    parsed.parameters.get("X-Amz-Content-Sha256") ??
    UNSIGNED_PAYLOAD
  );
}

function sign(
  parsed: Presigned,
  request: PresignedRequest,
  payload: string,
  secret: string,
): string {
  const query = [...parsed.parameters].filter(([name]) => name !== "X-Amz-Signature");
  const headers = parsed.signedHeaders.map((name): Pair => [name, request.headers.get(name) ?? ""]);
  const { region, time } = parsed;
  const scope = credentialScope(AWS, time.slice(0, 8), region, "s3");
  const canonical = canonicalRequest(
    request.method,
    encodePath(parsed.path),
    canonicalQuery(query),
    headers,
    payload,
  );
  return signingKey(AWS, secret, scope)(stringToSign(AWS, time, scope)(canonical), "hex");
}

/** In constant time for texts of one length; the length of a signature is no secret. */
function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
