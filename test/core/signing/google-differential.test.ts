import { createSign, generateKeyPairSync } from "node:crypto";
import { Storage } from "@google-cloud/storage";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { attachment } from "../../../functions/core/signing/content-disposition.ts";
import { createGooglePresigner } from "../../../functions/core/signing/google-presigner.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { filename, identifier, objectKey, seconds, signingTime } from "./arbitraries.ts";

const EMAIL = "signer@project.iam.gserviceaccount.com";
const BUCKET = "cats-2020";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });

function signature(data: string | Uint8Array): Buffer {
  return createSign("RSA-SHA256").update(data).sign(privateKey);
}

const storage = new Storage({ projectId: "project" });
// Their signer asks no more of its credentials than these two, and nothing is sent.
storage.authClient = {
  getCredentials: () => Promise.resolve({ client_email: EMAIL }),
  sign: (text: string) => Promise.resolve(signature(text).toString("base64")),
} as unknown as typeof storage.authClient;

const presign = createGooglePresigner(
  { origin: "https://storage.googleapis.com", basePath: `/${BUCKET}` },
  { type: "rsa", clientEmail: EMAIL, sign: signature },
);

const upload = {
  method: fc.constant("PUT" as const),
  key: objectKey,
  expires: seconds,
  contentType: fc.constantFrom("image/jpeg", "text/plain; charset=utf-8"),
  contentLength: fc.nat(),
};
const part = fc.record({ uploadId: identifier, number: fc.integer({ min: 1, max: 10_000 }) });
const required: { requiredKeys: ["method", "key", "expires"] } = {
  requiredKeys: ["method", "key", "expires"],
};

const intent = fc.oneof(
  fc.record(
    {
      method: fc.constant("GET" as const),
      key: objectKey,
      expires: seconds,
      download: filename,
      versionId: fc.bigInt({ min: 1n, max: 2n ** 63n }).map(String),
    },
    required,
  ),
  fc.record({ ...upload, ifNoneMatch: fc.constant("*" as const) }, required),
  fc.record({ ...upload, part }, required),
  fc.record({ method: fc.constant("DELETE" as const), key: objectKey, expires: seconds }),
);

// Their signer refuses an expiry that is past by the clock.
beforeAll(() => vi.useFakeTimers({ toFake: ["Date"], now: 0 }));
afterAll(() => vi.useRealTimers());

const ACTIONS = { GET: "read", PUT: "write", DELETE: "delete" } as const;

function parametersOf(url: string): Record<string, string> {
  return Object.fromEntries(new URL(url).searchParams);
}

test("signs what Google's own library signs", async () => {
  const property = fc.asyncProperty(intent, signingTime, async (asked, signedAt) => {
    const { method, key, expires } = asked;
    const ours = await presign(asked, { signedAt, seconds: expires, expiresAt: "" });
    const queryParams: Record<string, string> = {};
    if ("download" in asked)
      queryParams["response-content-disposition"] = attachment(asked.download);
    if ("versionId" in asked) queryParams["generation"] = asked.versionId;
    if ("part" in asked) {
      queryParams["partNumber"] = String(asked.part.number);
      queryParams["uploadId"] = asked.part.uploadId;
    }
    const [theirs] = await storage
      .bucket(BUCKET)
      .file(key)
      .getSignedUrl({
        version: "v4",
        action: ACTIONS[method],
        accessibleAt: signedAt,
        expires: signedAt.getTime() + expires * 1000,
        queryParams,
        extensionHeaders: ours.headers,
      });
    // Their path went through a URL parser after signing, which collapses dot segments.
    expect(parametersOf(ours.url)).toEqual(parametersOf(theirs));
  });
  await fc.assert(property, { numRuns: propertyRuns(200, 5_000) });
}, 120_000);
