import { GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openClient } from "./presigners.ts";
import { type Service, startService } from "./service.ts";

let service: Service;
let client: S3Client;
const KEY = "folder/a b+c%2Fd?e#f&g=ü😀.txt";
const DIGITS = "0123456789";

beforeAll(async () => {
  service = await startService(["x-private"]);
  client = openClient(service.origin);
  const bucket = service.provider.bucket("x-private");
  await bucket.write(parseKey(KEY), new TextEncoder().encode(DIGITS));
  await bucket.write(parseKey("empty"), new Uint8Array());
});
afterAll(async () => {
  client.destroy();
  await service.close();
});

type Input = Partial<ConstructorParameters<typeof GetObjectCommand>[0]>;
const signedGet = (input: Input = {}) =>
  getSignedUrl(client, new GetObjectCommand({ Bucket: "x-private", Key: KEY, ...input }), {
    expiresIn: 60,
  });
const get = async (headers: Record<string, string> = {}, input: Input = {}) =>
  await fetch(await signedGet(input), { headers });

describe("a GET presigned by the AWS SDK", () => {
  test("opens, with headers that keep the bytes from being run", async () => {
    const response = await get();
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(DIGITS);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-length": "10",
      "content-type": "text/plain",
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
      "x-amz-request-id": expect.stringMatching(/^[0-9A-F]{16}$/),
    });
    const { etag, modified } = await service.provider.bucket("x-private").stat(parseKey(KEY));
    expect(response.headers.get("etag")).toBe(etag);
    expect(response.headers.get("last-modified")).toBe(modified.toUTCString());
  });

  test("takes the overrides that were signed", async () => {
    const response = await get(
      {},
      {
        ResponseContentType: "text/html",
        ResponseContentDisposition: 'attachment; filename="a.txt"',
        ResponseCacheControl: "no-store",
        ResponseContentLanguage: "de",
        ResponseContentEncoding: "identity",
        ResponseExpires: new Date("2030-01-01T00:00:00Z"),
      },
    );
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/html",
      "content-disposition": 'attachment; filename="a.txt"',
      "cache-control": "no-store",
      "content-language": "de",
      "content-encoding": "identity",
      expires: "Tue, 01 Jan 2030 00:00:00 GMT",
      "content-security-policy": "sandbox; default-src 'none'",
    });
  });

  test.each(["a\r\nset-cookie: b=c", "猫"])("refuses the override %j", async (value) => {
    const response = await get({}, { ResponseContentDisposition: value });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("<Code>InvalidArgument</Code>");
    expect(response.headers.has("set-cookie")).toBe(false);
  });

  test.each([
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=8-100", "89", "bytes 8-9/10"],
  ])("Range: %s", async (range, text, contentRange) => {
    const response = await get({ range });
    expect(response.status).toBe(206);
    expect(await response.text()).toBe(text);
    expect(response.headers.get("content-range")).toBe(contentRange);
    expect(response.headers.get("content-length")).toBe(String(text.length));
  });

  test.each(["bytes=10-", "bytes=-0"])("Range: %s is 416", async (range) => {
    const response = await get({ range });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */10");
    expect(await response.text()).toContain("<Code>InvalidRange</Code>");
  });

  test.each(["bytes=0-1,3-4", "items=0-1", "bytes=4-2"])("Range: %s is ignored", async (range) => {
    const response = await get({ range });
    expect([response.status, await response.text()]).toEqual([200, DIGITS]);
  });

  test("conditions and If-Range", async () => {
    const first = await get();
    const etag = first.headers.get("etag") ?? "";
    const modified = first.headers.get("last-modified") ?? "";
    await first.body?.cancel();
    const status = async (headers: Record<string, string>) => {
      const response = await get(headers);
      const body = await response.text();
      expect(body === "").toBe(response.status === 304);
      return response.status;
    };
    expect(await status({ "if-none-match": etag })).toBe(304);
    expect(await status({ "if-modified-since": modified })).toBe(304);
    expect(await status({ "if-none-match": '"x"', "if-modified-since": modified })).toBe(200);
    expect(await status({ "if-match": '"x"' })).toBe(412);
    expect(await status({ "if-match": etag })).toBe(200);
    expect(await status({ "if-unmodified-since": "Thu, 01 Jan 1970 00:00:00 GMT" })).toBe(412);
    expect(await status({ range: "bytes=0-0", "if-range": etag })).toBe(206);
    expect(await status({ range: "bytes=0-0", "if-range": '"x"' })).toBe(200);
    expect(await status({ range: "bytes=90-", "if-none-match": etag })).toBe(304);
  });

  test("an empty object has no range and no body", async () => {
    const whole = await get({}, { Key: "empty" });
    expect([whole.status, whole.headers.get("content-length"), await whole.text()]).toEqual([
      200,
      "0",
      "",
    ]);
    expect((await get({ range: "bytes=0-0" }, { Key: "empty" })).status).toBe(416);
  });
});

const head = async (Key: string) =>
  await fetch(await getSignedUrl(client, new HeadObjectCommand({ Bucket: "x-private", Key })), {
    method: "HEAD",
  });

test("HEAD tells the same without a body, and a 404 too", async () => {
  const found = await head(KEY);
  expect([found.status, found.headers.get("content-length")]).toEqual([200, "10"]);
  const missing = await head("missing");
  expect([missing.status, await missing.text()]).toEqual([404, ""]);
});

describe("refusals are S3's", () => {
  test.each([
    { input: { Key: "missing" }, status: 404, code: "NoSuchKey" },
    { input: { Bucket: "x-public" }, status: 404, code: "NoSuchBucket" },
    { input: { Bucket: "x-private-evil" }, status: 404, code: "NoSuchBucket" },
    { input: { VersionId: "1" }, status: 501, code: "NotImplemented" },
    { input: { PartNumber: 1 }, status: 501, code: "NotImplemented" },
    { input: { ExpectedBucketOwner: "1" }, status: 501, code: "NotImplemented" },
    { input: { Key: "é".repeat(513) }, status: 400, code: "KeyTooLongError" },
  ])("$code for $input", async ({ input, status, code }) => {
    const response = await get({}, input);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/xml");
    const body = await response.text();
    expect(body).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error><Code>\w+<\/Code><Message>[^<]+<\/Message><Resource>[^<]+<\/Resource><RequestId>\w+<\/RequestId><\/Error>$/,
    );
    expect(body).toContain(`<Code>${code}</Code>`);
    expect(body).not.toContain(service.dataPath);
  });

  test("a link that has expired", async () => {
    const url = await getSignedUrl(
      client,
      new GetObjectCommand({ Bucket: "x-private", Key: KEY }),
      { expiresIn: 60, signingDate: new Date(Date.now() - 61_000) },
    );
    const response = await fetch(url);
    expect(response.status).toBe(403);
    const body = await response.text();
    expect(body).toContain("<Code>AccessDenied</Code><Message>Request has expired</Message>");
  });
});
