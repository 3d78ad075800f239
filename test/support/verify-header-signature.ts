import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

/** Who signed, and for where; `key` is undefined when the signature is not that of `secretFor` the key. */
export interface Signer {
  readonly key: string | undefined;
  readonly scope: string;
}

/**
 * Checks a SigV4 `Authorization` header by hand, for requests without a query.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifyHeaderSignature(
  request: IncomingMessage,
  body: string,
  secretFor: (key: string) => string | undefined,
): Signer {
  const [, key = "", scope = "", names = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(
      request.headers.authorization ?? "",
    ) ?? [];
  const secret = secretFor(key);
  if (secret === undefined) return { key: undefined, scope };
  const headers = names
    .split(";")
    .map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, " ")}\n`);
  const lines = [request.method, request.url, "", headers.join(""), names, sha256(body)];
  const time = String(request.headers["x-amz-date"]);
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(lines.join("\n"))].join("\n");
  const signingKey = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const expected = hmac(signingKey, text).toString("hex");
  return { key: expected === signature ? key : undefined, scope };
}
