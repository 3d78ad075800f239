import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { PutObjectCommand, type S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, openClient, signAnything, signPayload } from "./presigners.ts";
import { type Service, startService } from "./service.ts";

let service: Service;
let client: S3Client;
let bucket: Bucket;
let names = 0;

beforeAll(async () => {
  service = await startService(["x-private"]);
  bucket = service.provider.bucket("x-private");
  client = openClient(service.origin);
});
afterAll(async () => {
  client.destroy();
  await service.close();
});

const someKey = () => `object ${++names}`;
const BODY = "the new bytes";
const digest = (algorithm: string, text = BODY) =>
  createHash(algorithm).update(text).digest("base64");
const crc = (text = BODY) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString("base64");
};

type Input = Omit<ConstructorParameters<typeof PutObjectCommand>[0], "Bucket">;
const signedPut = (input: Input) =>
  getSignedUrl(client, new PutObjectCommand({ Bucket: "x-private", ...input }), {
    unhoistableHeaders: new Set(["x-amz-checksum-sha256"]),
  });
const put = async (input: Input, headers: Record<string, string> = {}) =>
  await fetch(await signedPut(input), { method: "PUT", body: BODY, headers });
const contentOf = async (key: string) => {
  const result = await bucket.read(parseKey(key)).catch(() => undefined);
  return result?.state === "full" ? await readAll(result.body) : undefined;
};
describe("a PUT presigned by the AWS SDK", () => {
  test("stores body and type, and answers with the etag", async () => {
    const key = someKey();
    const response = await put({ Key: key }, { "content-type": "text/x" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(await bucket.stat(parseKey(key))).toMatchObject({
      size: BODY.length,
      type: "text/x",
      etag: response.headers.get("etag"),
    });
    expect(await contentOf(key)).toBe(BODY);
  });

  test("of unknown length, in pieces", async () => {
    const key = someKey();
    const body = new Blob([BODY, BODY]).stream();
    const init = { method: "PUT", body, duplex: "half" } as RequestInit;
    expect((await fetch(await signedPut({ Key: key }), init)).status).toBe(200);
    expect(await contentOf(key)).toBe(BODY + BODY);
  });

  test("If-None-Match: * refuses to replace", async () => {
    const key = someKey();
    const once = () => put({ Key: key, IfNoneMatch: "*" }, { "if-none-match": "*" });
    expect((await once()).status).toBe(200);
    expect(await codeOf(await once())).toBe("PreconditionFailed");
  });

  test.each([
    { "if-match": '"x"' },
    { "if-none-match": '"x"' },
    { "content-encoding": "gzip, aws-chunked" },
  ])("%o would be ignored, and is refused", async (headers) => {
    const key = someKey();
    expect(await codeOf(await put({ Key: key }, headers))).toBe("NotImplemented");
    expect(await contentOf(key)).toBeUndefined();
  });

  test.each([
    { Metadata: { a: "b" } },
    { ACL: "public-read" as const },
    { StorageClass: "GLACIER" as const },
    { Tagging: "a=b" },
    { WebsiteRedirectLocation: "/x" },
  ])("%o would be ignored, and is refused", async (input) => {
    const key = someKey();
    expect(await codeOf(await put({ Key: key, ...input }))).toBe("NotImplemented");
    expect(await contentOf(key)).toBeUndefined();
  });

  test("what says only what is so anyway is taken", async () => {
    const input = { ACL: "private", StorageClass: "STANDARD" } as const;
    expect((await put({ Key: someKey(), ...input })).status).toBe(200);
  });
});

describe("checksums", () => {
  test("that the AWS SDK makes up for a body it does not have say nothing", async () => {
    const byDefault = openClient(service.origin, "WHEN_SUPPORTED");
    const key = someKey();
    const command = new PutObjectCommand({ Bucket: "x-private", Key: key });
    const url = await getSignedUrl(byDefault, command);
    byDefault.destroy();
    expect(url).toContain("x-amz-checksum-crc32=AAAAAA%3D%3D");
    expect((await fetch(url, { method: "PUT", body: BODY })).status).toBe(200);
    expect(await contentOf(key)).toBe(BODY);
  });

  test.each([
    { input: { ChecksumCRC32: crc() } },
    { input: { ChecksumSHA1: digest("sha1") } },
    { input: { ChecksumSHA256: digest("sha256") } },
    { input: {}, headers: { "content-md5": digest("md5") } },
  ])("that are right: $input $headers", async ({ input, headers = {} }) => {
    const key = someKey();
    const sha256 = "ChecksumSHA256" in input ? { "x-amz-checksum-sha256": digest("sha256") } : {};
    expect((await put({ Key: key, ...input }, { ...headers, ...sha256 })).status).toBe(200);
    expect(await contentOf(key)).toBe(BODY);
  });

  test.each([
    { input: { ChecksumCRC32: crc("other") }, code: "BadDigest" },
    { input: { ChecksumCRC32: "AAAAAA==" }, code: "BadDigest" },
    { input: { ChecksumSHA1: digest("sha1", "other") }, code: "BadDigest" },
    { input: { ChecksumSHA1: "no" }, code: "InvalidRequest" },
    { input: { ChecksumCRC32C: "AAAAAA==" }, code: "NotImplemented" },
    { input: { ChecksumCRC64NVME: "AAAAAAAAAAA=" }, code: "NotImplemented" },
    { input: {}, headers: { "content-md5": digest("md5", "other") }, code: "BadDigest" },
    { input: {}, headers: { "content-md5": "no" }, code: "InvalidDigest" },
  ])("that are wrong: $input $headers", async ({ input, headers = {}, code }) => {
    const key = someKey();
    await bucket.write(parseKey(key), new TextEncoder().encode("old"));
    expect(await codeOf(await put({ Key: key, ...input }, headers))).toBe(code);
    expect(await contentOf(key)).toBe("old");
  });

  test("of the whole payload in the signature hold the body to it", async () => {
    const key = `object-${++names}`;
    const hash = createHash("sha256").update(BODY).digest("hex");
    const headers = { "x-amz-content-sha256": hash };
    const url = await signPayload(client, service.origin, `/x-private/${key}`, headers);
    const send = (body: string) => fetch(url, { method: "PUT", headers, body });
    expect(await codeOf(await send(`${BODY}!`))).toBe("BadDigest");
    expect(await contentOf(key)).toBeUndefined();
    expect((await send(BODY)).status).toBe(200);
    expect(await contentOf(key)).toBe(BODY);
  });
});

/** Sends the beginning of a PUT and hangs up; done when no unfinished file is left. */
async function sendRaw(key: string, head: string, body: string): Promise<void> {
  const url = new URL(await signedPut({ Key: key }));
  const socket = connect(Number(url.port), url.hostname);
  socket.write(`PUT ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n${head}\r\n\r\n`);
  socket.write(body);
  const temporary = join(service.dataPath, ".remote-storage/tmp");
  const unfinished = () => readdirSync(temporary).length;
  await expect.poll(unfinished).toBeGreaterThan(0);
  socket.destroy();
  await expect.poll(unfinished).toBe(0);
}

describe("an upload that ends early", () => {
  test.each([
    ["before its length is reached", "content-length: 100", "only this"],
    ["between two chunks", "transfer-encoding: chunked", "9\r\nonly this\r\n"],
    ["within a chunk", "transfer-encoding: chunked", "20\r\nonly this"],
  ])("%s leaves the old object and no file", async (_, head, body) => {
    const key = someKey();
    await bucket.write(parseKey(key), new TextEncoder().encode("old"));
    await sendRaw(key, head, body);
    expect(await contentOf(key)).toBe("old");
  });
});

const signedPart = (Key: string, UploadId: string, PartNumber: number) =>
  getSignedUrl(client, new UploadPartCommand({ Bucket: "x-private", Key, UploadId, PartNumber }));
const sendPart = async (url: string, body: string) => await fetch(url, { method: "PUT", body });

describe("parts", () => {
  test("presigned by the AWS SDK become the object", async () => {
    const key = someKey();
    const id = await bucket.multipart.create(parseKey(key), { type: "text/x" });
    const parts = [];
    for (const number of [1, 2]) {
      const response = await sendPart(await signedPart(key, id, number), `part ${number};`);
      parts.push({ number, etag: response.headers.get("etag") ?? "" });
    }
    const stat = await bucket.multipart.complete(parseKey(key), id, parts);
    expect(stat).toMatchObject({ size: 14, type: "text/x" });
    expect(await contentOf(key)).toBe("part 1;part 2;");
    expect(readdirSync(join(service.dataPath, ".remote-storage/uploads"))).toEqual([]);
  });

  test("of an upload of another key, or of none, are refused", async () => {
    const id = await bucket.multipart.create(parseKey(someKey()));
    for (const other of [id, "x", "../tmp", "..", ""]) {
      const response = await sendPart(await signedPart(someKey(), other, 1), "x");
      expect(await codeOf(response)).toMatch(/NoSuchUpload|InvalidArgument/);
    }
  });

  test.each([0, 10_001])("the number %i is refused", async (number) => {
    const key = someKey();
    const id = await bucket.multipart.create(parseKey(key));
    const response = await sendPart(await signedPart(key, id, number), "x");
    expect(response.status).toBe(400);
    expect(await bucket.multipart.parts(parseKey(key), id)).toEqual([]);
  });

  test.each([
    ["PUT", "uploadId=x", "InvalidArgument"],
    ["PUT", "partNumber=1", "InvalidArgument"],
    ["GET", "uploadId=x", "NotImplemented"],
    ["DELETE", "uploadId=x", "NotImplemented"],
    ["PUT", "acl=", "NotImplemented"],
    ["GET", "tagging=", "NotImplemented"],
  ])("%s ?%s is not taken for the object itself", async (method, query, code) => {
    const key = `object-${++names}`;
    await bucket.write(parseKey(key), new TextEncoder().encode("old"));
    const url = signAnything(service.origin, method, `/x-private/${key}?${query}`);
    const response = await fetch(url, { method, ...(method === "PUT" && { body: BODY }) });
    expect(await codeOf(response)).toBe(code);
    expect(await contentOf(key)).toBe("old");
  });
});
