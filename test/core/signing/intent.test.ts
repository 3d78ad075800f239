import { describe, expect, test } from "vitest";
import { createAzurePresigner } from "../../../functions/core/signing/azure-presigner.ts";
import { createGooglePresigner } from "../../../functions/core/signing/google-presigner.ts";
import { createS3Presigner } from "../../../functions/core/signing/s3-presigner.ts";
import type { SignIntent } from "../../../functions/core/signing/signed-request.ts";
import { StorageError } from "../../../functions/core/storage/errors.ts";
import { parseKey } from "../../../functions/core/storage/key.ts";

const origin = "https://store.example";
const validity = { signedAt: new Date(0), seconds: 60, expiresAt: "1970-01-01T00:01:00Z" };

const presigners = {
  s3: createS3Presigner(
    { origin, basePath: "/cats", region: "eu-west-1" },
    { accessKeyId: "a", secretAccessKey: "b" },
  ),
  azure: createAzurePresigner(
    { origin, basePath: "", account: "a", container: "cats" },
    { type: "account-key", secretKey: "AAAA" },
  ),
  google: createGooglePresigner(
    { origin, basePath: "/cats" },
    { type: "hmac", accessKey: "a", secretKey: "b" },
  ),
};

function failure(store: keyof typeof presigners, intent: Partial<SignIntent>): unknown {
  try {
    return presigners[store](
      { method: "GET", key: parseKey("a"), expires: 60, ...intent },
      validity,
    );
  } catch (error) {
    return error instanceof StorageError ? `${error.kind}: ${error.message}` : error;
  }
}

const part = { uploadId: "u", number: 1 };

describe.each(["s3", "azure", "google"] as const)("%s refuses", (store) => {
  test.each<[string, Partial<SignIntent>]>([
    ["part has no place in a GET", { part }],
    ["contentType has no place in a GET", { contentType: "image/png" }],
    ["contentLength has no place in a HEAD", { method: "HEAD", contentLength: 1 }],
    ["ifNoneMatch has no place in a DELETE", { method: "DELETE", ifNoneMatch: "*" }],
    ["download has no place in a DELETE", { method: "DELETE", download: "a" }],
    ["download has no place in a PUT", { method: "PUT", download: "a" }],
    ["versionId has no place in a PUT", { method: "PUT", versionId: "1" }],
    ["part numbers are 1 to 10000, not 0", { method: "PUT", part: { ...part, number: 0 } }],
    [
      "part numbers are 1 to 10000, not 10001",
      { method: "PUT", part: { ...part, number: 10_001 } },
    ],
    ["uploadId is not printable ASCII", { method: "PUT", part: { uploadId: "\ud800", number: 1 } }],
    ["versionId is not printable ASCII", { versionId: "\ud800" }],
    ["versionId is not printable ASCII", { versionId: "1\n\nhttps" }],
    ["ifNoneMatch has no place in a part", { method: "PUT", part, ifNoneMatch: "*" }],
    ["contentLength is a whole number of bytes, not -1", { method: "PUT", contentLength: -1 }],
    ["contentLength is a whole number of bytes, not 0.5", { method: "PUT", contentLength: 0.5 }],
    [
      "contentType is not a header value (printable ASCII)",
      { method: "PUT", contentType: "a\r\nb: c" },
    ],
    ["checksumSha256 is not the base64 of 32 bytes", { method: "PUT", checksumSha256: "abc" }],
  ])("%s", (message, intent) => {
    expect(failure(store, intent)).toBe(`invalid-request: ${message}`);
  });
});

test("what a store cannot bind is unsupported, never left out", () => {
  const checksumSha256 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
  expect(failure("azure", { method: "PUT", contentLength: 1 })).toBe(
    "unsupported: a SAS cannot bind contentLength",
  );
  expect(failure("azure", { method: "PUT", checksumSha256 })).toBe(
    "unsupported: a SAS cannot bind checksumSha256",
  );
  expect(failure("google", { method: "PUT", checksumSha256 })).toBe(
    "unsupported: Google cannot bind checksumSha256",
  );
});
