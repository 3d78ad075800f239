import { describe, expect, test } from "vitest";
import { createGooglePresigner } from "../../../functions/core/signing/google-presigner.ts";
import type { SignIntent } from "../../../functions/core/signing/signed-request.ts";
import { type Dialect, signingKey, stringToSign } from "../../../functions/core/signing/sigv4.ts";
import { parseKey } from "../../../functions/core/storage/key.ts";
import { HOSTILE_KEYS } from "./arbitraries.ts";

const ORIGIN = "https://storage.googleapis.com";
const TARGET = { origin: ORIGIN, basePath: "/cats" };
const VALIDITY = {
  signedAt: new Date("2019-02-01T09:00:00Z"),
  seconds: 60,
  expiresAt: "2019-02-01T09:01:00Z",
};
const SECRET = "bGoa+V7g/yqDXvKRqq+JTFn4uQZbPiQJo4pf9RzJ";

async function sign(intent: Omit<SignIntent, "expires" | "key">, key = "a") {
  const presign = createGooglePresigner(TARGET, {
    type: "hmac",
    accessKey: "GOOGTS7C7FUP3AIRVJTE2BCD",
    secretKey: SECRET,
  });
  return await presign({ ...intent, key: parseKey(key), expires: 60 }, VALIDITY);
}

test("an HMAC key signs with Google's names in each step", async () => {
  const { url } = await sign({ method: "GET" }, "cat.jpg");
  const dialect: Dialect = {
    algorithm: "GOOG4-HMAC-SHA256",
    parameter: "X-Goog-",
    secret: "GOOG4",
    end: "goog4_request",
  };
  const scope = "20190201/auto/storage/goog4_request";
  const query =
    "X-Goog-Algorithm=GOOG4-HMAC-SHA256" +
    "&X-Goog-Credential=GOOGTS7C7FUP3AIRVJTE2BCD%2F20190201%2Fauto%2Fstorage%2Fgoog4_request" +
    "&X-Goog-Date=20190201T090000Z&X-Goog-Expires=60&X-Goog-SignedHeaders=host";
  const request = `GET\n/cats/cat.jpg\n${query}\nhost:storage.googleapis.com\n\nhost\nUNSIGNED-PAYLOAD`;
  const text = stringToSign(dialect, "20190201T090000Z", scope)(request);
  const signature = signingKey(dialect, SECRET, scope)(text, "hex");
  expect(url).toBe(`${ORIGIN}/cats/cat.jpg?${query}&X-Goog-Signature=${signature}`);
});

test("an HMAC key answers at once, a signer that is asked over the network by a promise", async () => {
  const intent = { method: "GET", key: parseKey("a"), expires: 60 } as const;
  const hmac = createGooglePresigner(TARGET, { type: "hmac", accessKey: "a", secretKey: "b" });
  expect(hmac(intent, VALIDITY)).not.toBeInstanceOf(Promise);
  const answers = [Buffer.from([1, 255]), Promise.resolve(new Uint8Array([1, 255]))];
  for (const answer of answers) {
    const signer = { type: "rsa", clientEmail: "a@b", sign: () => answer } as const;
    const request = createGooglePresigner(TARGET, signer)(intent, VALIDITY);
    expect(request instanceof Promise).toBe(answer instanceof Promise);
    expect((await request).url).toMatch(/&X-Goog-Signature=01ff$/);
  }
});

test("a signer's failure is the caller's", async () => {
  const signer = {
    type: "rsa",
    clientEmail: "a@b",
    sign: () => Promise.reject(new Error("quota")),
  } as const;
  const intent = { method: "GET", key: parseKey("a"), expires: 60 } as const;
  await expect(createGooglePresigner(TARGET, signer)(intent, VALIDITY)).rejects.toThrow("quota");
});

describe("binds", () => {
  test("an upload's length, type and absence by signed headers", async () => {
    const put = { method: "PUT", contentType: "image/png", contentLength: 5 } as const;
    const { url, headers } = await sign({ ...put, ifNoneMatch: "*" });
    expect(headers).toEqual({
      "content-type": "image/png",
      "x-goog-content-length-range": "5,5",
      "x-goog-if-generation-match": "0",
    });
    expect(new URL(url).searchParams.get("X-Goog-SignedHeaders")).toBe(
      "content-type;host;x-goog-content-length-range;x-goog-if-generation-match",
    );
  });

  test("a part, a generation and a download's name by parameters", async () => {
    const part = await sign({ method: "PUT", part: { uploadId: "u/1", number: 3 } });
    expect(part.url).toContain("&partNumber=3&uploadId=u%2F1&X-Goog-Signature=");
    const read = await sign({ method: "GET", versionId: "1579", download: "cat.jpg" });
    expect(read.url).toContain(
      "&generation=1579&response-content-disposition=attachment%3B%20filename%3D%22cat.jpg%22&X-Goog-Signature=",
    );
  });
});

test.each(HOSTILE_KEYS)("the URL holds %j literally, encoded once", async (key) => {
  const [path = ""] = (await sign({ method: "GET" }, key)).url.split("?");
  expect(path).toMatch(/^https:\/\/storage\.googleapis\.com\/cats\/[A-Za-z0-9\-._~%/]+$/);
  expect(decodeURIComponent(path)).toBe(`${ORIGIN}/cats/${key}`);
});
