import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createS3Presigner } from "../../../functions/core/signing/s3-presigner.ts";
import {
  AWS,
  basicTime,
  canonicalQuery,
  canonicalRequest,
  credentialScope,
  signingKey,
  stringToSign,
} from "../../../functions/core/signing/sigv4.ts";
import { encodePath } from "../../../functions/core/signing/uri-encode.ts";
import { parseKey } from "../../../functions/core/storage/key.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { HOSTILE_KEYS, objectKey, seconds, signingTime } from "./arbitraries.ts";

/** AWS's documented example: see "Authenticating Requests: Using Query Parameters" in the S3 API. */
const KEYS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const VIRTUAL = {
  origin: "https://examplebucket.s3.amazonaws.com",
  basePath: "",
  region: "us-east-1",
};
const PATH_STYLE = { origin: "http://127.0.0.1:9000", basePath: "/cats", region: "us-east-1" };
const DAY = {
  signedAt: new Date("2013-05-24T00:00:00Z"),
  seconds: 86_400,
  expiresAt: "2013-05-25T00:00:00Z",
};

test("AWS's example", () => {
  const sign = createS3Presigner(VIRTUAL, KEYS);
  expect(sign({ method: "GET", key: parseKey("test.txt"), expires: 86_400 }, DAY)).toEqual({
    method: "GET",
    url:
      "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256" +
      "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    headers: {},
    expiresAt: "2013-05-25T00:00:00Z",
  });
});

test("the prepared signer equals the steps taken one by one, in any order of lives", () => {
  const sign = createS3Presigner(PATH_STYLE, KEYS);
  const property = fc.property(
    fc.array(fc.tuple(objectKey, signingTime, seconds), { minLength: 1, maxLength: 5 }),
    (wishes) => {
      for (const [key, signedAt, life] of [...wishes, ...wishes]) {
        const time = basicTime(signedAt);
        const scope = credentialScope(AWS, time.slice(0, 8), "us-east-1", "s3");
        const path = `/cats/${encodePath(key)}`;
        const query = canonicalQuery([
          ["X-Amz-Algorithm", AWS.algorithm],
          ["X-Amz-Credential", `${KEYS.accessKeyId}/${scope}`],
          ["X-Amz-Date", time],
          ["X-Amz-Expires", String(life)],
          ["X-Amz-SignedHeaders", "host"],
        ]);
        const headers = [["host", "127.0.0.1:9000"]] as const;
        const request = canonicalRequest("GET", path, query, headers, "UNSIGNED-PAYLOAD");
        const text = stringToSign(AWS, time, scope)(request);
        const signature = signingKey(AWS, KEYS.secretAccessKey, scope)(text, "hex");
        const validity = { signedAt, seconds: life, expiresAt: "" };
        expect(sign({ method: "GET", key, expires: life }, validity).url).toBe(
          `http://127.0.0.1:9000${path}?${query}&X-Amz-Signature=${signature}`,
        );
      }
    },
  );
  fc.assert(property, { numRuns: propertyRuns(200, 5_000) });
});

describe("the URL", () => {
  const sign = createS3Presigner(PATH_STYLE, KEYS);
  const pathOf = (key: string) =>
    sign({ method: "GET", key: parseKey(key), expires: 60 }, DAY).url.split("?")[0];

  test.each(HOSTILE_KEYS)("holds %j literally, encoded once", (key) => {
    const path = pathOf(key) ?? "";
    expect(path).toMatch(/^http:\/\/127\.0\.0\.1:9000\/cats\/[A-Za-z0-9\-._~%/]+$/);
    expect(decodeURIComponent(path)).toBe(`http://127.0.0.1:9000/cats/${key}`);
  });

  test("keeps dot segments, doubled slashes and escapes in names apart", () => {
    expect(pathOf("../a//b/./%2e")).toBe("http://127.0.0.1:9000/cats/../a//b/./%252e");
  });

  test("carries what the operation needs, in order of bytes", () => {
    const [read, part] = [
      { method: "GET", download: "cat.jpg", versionId: "v+1" } as const,
      { method: "PUT", part: { uploadId: "u/1+", number: 12 } } as const,
    ].map((intent) => sign({ ...intent, key: parseKey("a"), expires: 60 }, DAY).url);
    expect(read).toContain(
      "&X-Amz-SignedHeaders=host&response-content-disposition=attachment%3B%20filename%3D%22cat.jpg%22&versionId=v%2B1&X-Amz-Signature=",
    );
    expect(part).toContain(
      "&X-Amz-SignedHeaders=host&partNumber=12&uploadId=u%2F1%2B&X-Amz-Signature=",
    );
  });

  test("carries a session token, signed", () => {
    const intent = { method: "GET", key: parseKey("a"), expires: 60 } as const;
    const [one, two] = ["t1/=", "t2"].map(
      (sessionToken) => createS3Presigner(VIRTUAL, { ...KEYS, sessionToken })(intent, DAY).url,
    );
    expect(one).toContain("&X-Amz-Expires=86400&X-Amz-Security-Token=t1%2F%3D&X-Amz-SignedHeaders");
    expect(one?.split("Signature=")[1]).not.toBe(two?.split("Signature=")[1]);
  });

  test("is signed for the host that clients send: without the scheme's own port", () => {
    const intent = { method: "GET", key: parseKey("test.txt"), expires: 60 } as const;
    const signatureFor = (origin: string) =>
      createS3Presigner({ ...VIRTUAL, origin }, KEYS)(intent, DAY).url.split("Signature=")[1];
    expect(signatureFor("https://h:443")).toBe(signatureFor("https://h"));
    expect(signatureFor("http://h:80")).toBe(signatureFor("http://h"));
    expect(signatureFor("http://h:443")).not.toBe(signatureFor("http://h"));
  });
});

test("a PUT returns every header that it signed, and only those", () => {
  const request = createS3Presigner(VIRTUAL, KEYS)(
    {
      method: "PUT",
      key: parseKey("cat.jpg"),
      expires: 60,
      contentType: "image/jpeg",
      contentLength: 3,
      checksumSha256: "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
      ifNoneMatch: "*",
    },
    { ...DAY, clampedBy: "policy" },
  );
  expect(request.headers).toEqual({
    "content-length": "3",
    "content-type": "image/jpeg",
    "if-none-match": "*",
    "x-amz-checksum-sha256": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
  });
  const signed = new URL(request.url).searchParams.get("X-Amz-SignedHeaders");
  expect(signed).toBe("content-length;content-type;host;if-none-match;x-amz-checksum-sha256");
  expect(request.clampedBy).toBe("policy");
});
