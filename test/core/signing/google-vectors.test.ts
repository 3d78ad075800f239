import { describe, expect, test } from "vitest";
import { createGooglePresigner } from "../../../functions/core/signing/google-presigner.ts";
import type { SignedMethod } from "../../../functions/core/signing/signed-request.ts";
import {
  canonicalQuery,
  canonicalRequest,
  type Dialect,
  type Pair,
  signedHeaders,
  stringToSign,
} from "../../../functions/core/signing/sigv4.ts";
import { encodePath } from "../../../functions/core/signing/uri-encode.ts";
import { parseKey } from "../../../functions/core/storage/key.ts";
import vectors from "./vectors/google-v4.json" with { type: "json" };

type Vector = (typeof vectors)[number];

/** One case names the bucket in its canonical request, though not in its string to sign and its URL. */
function canonicalOf({ description, expectedCanonicalRequest: text }: Vector): string {
  return description === "Universe domain with virtual hosted style"
    ? text.replace("/test-bucket/", "/")
    : text;
}

const RSA: Dialect = {
  algorithm: "GOOG4-RSA-SHA256",
  parameter: "X-Goog-",
  secret: "GOOG4",
  end: "goog4_request",
};
const EMAIL = "test-iam-credentials@dummy-project-id.iam.gserviceaccount.com";

/** A case's own parts of its URL: the end points differ in how each is configured. */
function placeOf({ expectedUrl, bucket }: Vector) {
  const [, origin = "", path = ""] = /^(https?:\/\/[^/]+)([^?]*)\?/.exec(expectedUrl) ?? [];
  return { origin, basePath: path.startsWith(`/${bucket}`) ? `/${bucket}` : "", path };
}

function scopeOf({ timestamp }: Vector) {
  const time = timestamp.replaceAll(/[-:]/g, "");
  return { time, scope: `${time.slice(0, 8)}/auto/storage/goog4_request` };
}

describe("Google's published cases, step by step", () => {
  test.each(vectors)("$description", (vector) => {
    const { time, scope } = scopeOf(vector);
    const { origin, path } = placeOf(vector);
    const own = Object.entries(vector.headers ?? {}) as Pair[];
    const headers: Pair[] = [["host", new URL(origin).hostname], ...own];
    const query = canonicalQuery([
      ["X-Goog-Algorithm", RSA.algorithm],
      ["X-Goog-Credential", `${EMAIL}/${scope}`],
      ["X-Goog-Date", time],
      ["X-Goog-Expires", String(vector.expiration)],
      ["X-Goog-SignedHeaders", signedHeaders(headers)],
      ...(Object.entries(vector.queryParameters ?? {}) as Pair[]),
    ]);
    const canonical = canonicalRequest(
      vector.method,
      encodePath(decodeURIComponent(path)),
      query,
      headers,
      vector.headers?.["X-Goog-Content-SHA256"] ?? "UNSIGNED-PAYLOAD",
    );
    expect(canonical).toBe(canonicalOf(vector));
    expect(stringToSign(RSA, time, scope)(canonical)).toBe(vector.expectedStringToSign);
    expect(vector.expectedUrl.startsWith(`${origin}${path}?${query}&X-Goog-Signature=`)).toBe(true);
  });
});

const plain = vectors.filter(
  ({ method, object, headers, queryParameters }) =>
    method !== "POST" && object !== undefined && !headers && !queryParameters,
);

describe("Google's published cases, the whole URL", () => {
  test("those that need no header or parameter of their own", () => {
    expect(plain.length).toBe(17);
  });

  test.each(plain)("$description", async (vector) => {
    const { origin, basePath } = placeOf(vector);
    const signature = vector.expectedUrl.split("X-Goog-Signature=")[1] ?? "";
    const signed: string[] = [];
    const presign = createGooglePresigner(
      { origin, basePath },
      {
        type: "rsa",
        clientEmail: EMAIL,
        sign: (bytes) => {
          signed.push(Buffer.from(bytes).toString());
          return Buffer.from(signature, "hex");
        },
      },
    );
    const request = await presign(
      {
        method: vector.method as SignedMethod,
        key: parseKey(vector.object ?? ""),
        expires: vector.expiration,
      },
      { signedAt: new Date(vector.timestamp), seconds: vector.expiration, expiresAt: "" },
    );
    expect(request.url).toBe(vector.expectedUrl);
    expect(signed).toEqual([vector.expectedStringToSign]);
  });
});
