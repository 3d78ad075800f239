import { attachment } from "./content-disposition.ts";
import { checkIntent, isPlain, signedRequest } from "./intent.ts";
import { latest } from "./latest.ts";
import { hostOf, prepare, type Scope } from "./presign.ts";
import type { SignedRequest, SignIntent } from "./signed-request.ts";
import { AWS, basicTime, credentialScope, type Pair, signingKey } from "./sigv4.ts";
import { encodePath } from "./uri-encode.ts";
import type { Validity } from "./validity.ts";

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary credentials carry one. */
  readonly sessionToken?: string;
}

export interface S3Target {
  /** What the URL begins with; with virtual-host style the bucket is part of the host. */
  readonly origin: string;
  /** Percent-encoded `/bucket` with path style, else empty. */
  readonly basePath: string;
  readonly region: string;
}

const NONE: readonly Pair[] = [];

/** Query parameters of the operation, beside the signature's own. */
function parametersOf(intent: SignIntent): Pair[] {
  const parameters: Pair[] = [];
  if (intent.part !== undefined) {
    parameters.push(["partNumber", String(intent.part.number)], ["uploadId", intent.part.uploadId]);
  }
  if (intent.download !== undefined) {
    parameters.push(["response-content-disposition", attachment(intent.download)]);
  }
  if (intent.versionId !== undefined) parameters.push(["versionId", intent.versionId]);
  return parameters;
}

/** What the client must send: all of it is signed, so a request with other headers is refused. */
function headersOf(intent: SignIntent): Pair[] {
  const headers: Pair[] = [];
  if (intent.contentLength !== undefined) {
    headers.push(["content-length", String(intent.contentLength)]);
  }
  if (intent.contentType !== undefined) headers.push(["content-type", intent.contentType]);
  if (intent.ifNoneMatch !== undefined) headers.push(["if-none-match", intent.ifNoneMatch]);
  if (intent.checksumSha256 !== undefined) {
    headers.push(["x-amz-checksum-sha256", intent.checksumSha256]);
  }
  if (intent.contentMd5 !== undefined) headers.push(["content-md5", intent.contentMd5]);
  if (intent.checksumCrc32 !== undefined) {
    headers.push(["x-amz-checksum-crc32", intent.checksumCrc32]);
  }
  if (intent.tellChecksums === true) headers.push(["x-amz-checksum-mode", "ENABLED"]);
  if (intent.metadata !== undefined) {
    for (const [name, value] of Object.entries(intent.metadata)) {
      headers.push([`x-amz-meta-${name}`, value]);
    }
  }
  return headers;
}

/**
 * Signs requests to S3 and its kin in their query (SigV4, payload unsigned): about the cost of three
 * SHA-256 each while keys, life and second stay the same.
 *
 * The URL is assembled as a string: a key's dot segments and doubled slashes stay in it, though
 * browsers and `fetch` would collapse dot segments before sending.
 *
 * The returned function throws StorageError `invalid-request` for an intent that contradicts itself.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function createS3Presigner(
  target: S3Target,
  keys: S3Keys,
): (intent: SignIntent, validity: Validity) => SignedRequest {
  const scope: Scope = {
    dialect: AWS,
    host: hostOf(target.origin),
    accessKey: keys.accessKeyId,
    region: target.region,
    service: "s3",
    ...(keys.sessionToken !== undefined && { sessionToken: keys.sessionToken }),
  };
  const base = `${target.basePath}/`;
  const keyOf = latest((day: string) =>
    signingKey(AWS, keys.secretAccessKey, credentialScope(AWS, day, target.region, "s3")),
  );
  const preparedFor = latest((time: number, seconds: number) => {
    const signedAt = new Date(time);
    return {
      request: prepare(scope, { signedAt, seconds }),
      key: keyOf(basicTime(signedAt).slice(0, 8)),
    };
  });
  return (intent, validity) => {
    checkIntent(intent, "s3");
    const prepared = preparedFor(validity.signedAt.getTime(), validity.seconds);
    const path = base + encodePath(intent.key);
    const plain = isPlain(intent);
    const headers = plain ? NONE : headersOf(intent);
    const { query, stringToSign } = prepared.request(
      intent.method,
      path,
      plain ? NONE : parametersOf(intent),
      headers,
    );
    const signature = prepared.key(stringToSign, "hex");
    return signedRequest(
      intent.method,
      target.origin + path + query + signature,
      headers,
      validity,
    );
  };
}
