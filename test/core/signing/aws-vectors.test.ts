import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  AWS,
  canonicalQuery,
  canonicalRequest,
  credentialScope,
  type Pair,
  signedHeaders,
  signingKey,
  stringToSign,
} from "../../../functions/core/signing/sigv4.ts";
import { encodePath } from "../../../functions/core/signing/uri-encode.ts";
import vectors from "./vectors/aws-sigv4.json" with { type: "json" };

type Vector = (typeof vectors)[number];

/** S3 never normalises: these expect a service that does (vectors/README.md). */
const NORMALIZED = /^get-(relative|slash|space).*-normalized$/;

const applicable = vectors.filter(({ name }) => !NORMALIZED.test(name));

/** An HTTP request as text: start line, headers (folded lines continue the one before), body. */
function parseRequest(text: string) {
  const [head = "", body = ""] = text.split(/\n\n/);
  const [start = "", ...lines] = head.replaceAll(/\n[ \t]+/g, " ").split("\n");
  const [, method = "", target = ""] = /^(\S+) (.*) HTTP\/1.1$/.exec(start) ?? [];
  const [path = "", query = ""] = target.split("?");
  const parameters = query.split("&").flatMap((piece): Pair[] => {
    if (piece === "") return [];
    const [name = "", value = ""] = piece.split("=").map((part) => decodeURIComponent(part));
    return [[name, value]];
  });
  const headers = lines
    .filter((line) => line !== "")
    .map((line): Pair => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]);
  return { method, path: encodePath(path), parameters, headers, body };
}

function sign({ context, request: text }: Vector, by: "header" | "query") {
  const request = parseRequest(text);
  const { access_key_id: accessKey, secret_access_key: secret, token } = context.credentials;
  const time = context.timestamp.replaceAll(/[-:]/g, "");
  const scope = credentialScope(AWS, time.slice(0, 8), context.region, "service");
  const payload = createHash("sha256").update(request.body).digest("hex");
  const headers = [...request.headers];
  const parameters = [...request.parameters];
  const signsToken = token !== undefined && context.omit_session_token !== true;
  if (by === "header") {
    headers.push(["X-Amz-Date", time]);
    if (context.sign_body) headers.push(["x-amz-content-sha256", payload]);
    if (signsToken) headers.push(["X-Amz-Security-Token", token]);
  } else {
    parameters.push(
      ["X-Amz-Algorithm", AWS.algorithm],
      ["X-Amz-Credential", `${accessKey}/${scope}`],
      ["X-Amz-Date", time],
      ["X-Amz-Expires", String(context.expiration_in_seconds)],
      ["X-Amz-SignedHeaders", signedHeaders(headers)],
    );
    if (signsToken) parameters.push(["X-Amz-Security-Token", token]);
  }
  const canonical = canonicalRequest(
    request.method,
    request.path,
    canonicalQuery(parameters),
    headers,
    payload,
  );
  const toSign = stringToSign(AWS, time, scope)(canonical);
  return {
    canonicalRequest: canonical,
    stringToSign: toSign,
    signature: signingKey(AWS, secret, scope)(toSign, "hex"),
  };
}

describe("AWS's published cases", () => {
  test("all but the normalised ones are applied", () => {
    expect([vectors.length, applicable.length]).toEqual([38, 31]);
  });

  describe.each(["header", "query"] as const)("signed in the %s", (by) => {
    test.each(applicable)("$name", (vector) => {
      const { signedRequest, ...steps } = vector[by];
      const signed = sign(vector, by);
      expect(signed).toEqual(steps);
      expect(signedRequest).toContain(signed.signature);
    });
  });
});
