import {
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseKey } from "../../../functions/core/storage/key.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { objectKey } from "./arbitraries.ts";
import { CAT, KEYS, ORIGIN, presign, REGION, SIGNED_AT, verdict, verify } from "./presigned.ts";

describe("accepts", () => {
  test("what was signed here, and gives back what it said", () => {
    const { target } = presign({
      method: "GET",
      key: parseKey("a b+c/é"),
      download: "cat 1.jpg",
    });
    expect(verify(target)).toMatchObject({
      ok: true,
      accessKey: "AKIDEXAMPLE",
      path: "/cats/a b+c/é",
      parameters: new Map([
        ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
        ["X-Amz-Credential", "AKIDEXAMPLE/20261122/us-east-1/s3/aws4_request"],
        ["X-Amz-Date", "20261122T140000Z"],
        ["X-Amz-Expires", "86400"],
        ["X-Amz-SignedHeaders", "host"],
        ["response-content-disposition", 'attachment; filename="cat 1.jpg"'],
        ["X-Amz-Signature", expect.stringMatching(/^[0-9a-f]{64}$/)],
      ]),
    });
  });

  test("any key", () => {
    fc.assert(
      fc.property(objectKey, (key) => {
        expect(verify(presign({ method: "GET", key }).target)).toMatchObject({
          path: `/cats/${key}`,
        });
      }),
      { numRuns: propertyRuns(300, 10_000) },
    );
  });

  test("signed headers, sent as they were signed", () => {
    const intent = {
      method: "PUT",
      key: parseKey("cat.jpg"),
      contentType: "image/jpeg",
      contentLength: 3,
      checksumSha256: "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
      ifNoneMatch: "*",
    } as const;
    const { target, headers } = presign(intent);
    expect(verdict(target, { method: "PUT", headers })).toBe("accepted");
    for (const name of Object.keys(headers)) {
      const changed = { ...headers, [name]: "7" };
      expect(verdict(target, { method: "PUT", headers: changed })).toMatch(
        /^SignatureDoesNotMatch/,
      );
      const { [name]: _dropped, ...fewer } = headers;
      expect(verdict(target, { method: "PUT", headers: fewer })).toBe(
        `SignatureDoesNotMatch: Signed headers are missing: ${name}`,
      );
    }
  });

  test("a Bearer token beside the signature, and headers that change nothing", () => {
    const headers = { authorization: "Bearer abc", range: "bytes=0-1", "user-agent": "curl" };
    expect(verdict(CAT, { headers })).toBe("accepted");
  });

  test("parameters in another order, spelt with other escapes", () => {
    const [path = "", query = ""] = CAT.split("?");
    const reordered = query.split("&").toReversed().join("&");
    expect(verdict(`${path.replace("cat", "%63at")}?${reordered.replaceAll("%2F", "/")}`)).toBe(
      "accepted",
    );
  });

  test("up to the last second and 15 minutes ahead", () => {
    expect(verdict(CAT, { now: new Date("2026-11-23T14:00:00Z") })).toBe("accepted");
    expect(verdict(CAT, { now: new Date("2026-11-22T13:45:00Z") })).toBe("accepted");
  });
});

test("accepts what the AWS SDK presigns", async () => {
  const client = new S3Client({
    region: REGION,
    endpoint: ORIGIN,
    forcePathStyle: true,
    credentials: KEYS,
  });
  const place = { Bucket: "cats", Key: "a b/c+d/(é)'!*.jpg" };
  const options = { expiresIn: 3600, signingDate: SIGNED_AT };
  const read = await getSignedUrl(
    client,
    new GetObjectCommand({ ...place, ResponseContentDisposition: 'attachment; filename="a b"' }),
    options,
  );
  expect(verdict(read.slice(ORIGIN.length))).toBe("accepted");
  const write = await getSignedUrl(
    client,
    new PutObjectCommand({ ...place, ContentType: "image/jpeg", Metadata: { kind: "cat" } }),
    options,
  );
  expect(verdict(write.slice(ORIGIN.length), { method: "PUT" })).toBe("accepted");
  const part = await getSignedUrl(
    client,
    new UploadPartCommand({ ...place, UploadId: "x/y=", PartNumber: 2 }),
    options,
  );
  expect(verdict(part.slice(ORIGIN.length), { method: "PUT" })).toBe("accepted");
  client.destroy();
});

const BOTO3 = {
  get: `/cats/a%20b/c%2Bd~%28%C3%A9%29%27%21%2A%252F.jpg?response-content-disposition=attachment%3B%20filename%3D%22a%20b~.jpg%22&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261122T140000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=bf230d5b6704d8f4c137fa7d148e9467cf1700368346d18c0cf4025231265633`,
  part: `/cats/a%20b/c%2Bd~%28%C3%A9%29%27%21%2A%252F.jpg?uploadId=x%2Fy%3D&partNumber=2&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261122T140000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=051b4808b7c5f1470eed88af9e2bc400e4583b3399e0249936af974845e3b11a`,
  put: `/cats/a%20b/c%2Bd~%28%C3%A9%29%27%21%2A%252F.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261122T140000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature=9b2853693ddba390d3ce160c438a84915dbf7f074579fb0bcaf36bb5db419dee`,
};

test("accepts what boto3 1.44.5 presigned with these keys", () => {
  const headers = { "content-type": "image/jpeg" };
  expect(verdict(BOTO3.get)).toBe("accepted");
  expect(verdict(BOTO3.part, { method: "PUT" })).toBe("accepted");
  expect(verdict(BOTO3.put, { method: "PUT", headers })).toBe("accepted");
});

const GO = {
  rclone: `/cats/a%20b/c%2Bd~%28%C3%A9%29%27%21%2A%252F.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261122T150422Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&x-id=GetObject&X-Amz-Signature=497ab27000fc62cc019ed6bf09c9f021cb4510c5c43bd2752a19b0eee607acf0`,
  mc: `/cats/a%20b/c%2Bd~%28%C3%A9%29%27%21%2A%252F.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261122T150422Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature=3170454209fa3b90dfe3aae7c05bc76de19488bf941475dc3e1cdb6cb3c87d00`,
};

test.each(Object.entries(GO))("accepts what %s presigned with these keys", (_client, target) => {
  const headers = { host: "127.0.0.1:35205" };
  const now = new Date("2026-11-22T15:05:00Z");
  expect(verify(target, { headers, now })).toMatchObject({
    ok: true,
    path: "/cats/a b/c+d~(é)'!*%2F.jpg",
  });
});
