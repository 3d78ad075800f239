import { gzipSync } from "node:zlib";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test } from "vitest";
import { body, failureKind, readBytes } from "../conformance/stage.ts";
import { openBucket } from "./store.ts";

const key = parseKey("object");
const described = {
  "content-type": "image/png",
  "last-modified": "Fri, 01 May 2026 11:00:00 GMT",
  "x-goog-generation": "17",
  "x-goog-hash": "crc32c=yZRlqg==, md5=XUFAKrxLKna5cZ2REBfFkg==",
};
const headers = { ...described, "x-goog-stored-content-length": "5" };

test("the etag is the MD5 in hexadecimal, as signed URLs answer it", async () => {
  const bucket = await openBucket((_, response) => {
    response.writeHead(200, { ...headers, etag: "CBE=" }).end("hello");
  });
  const result = await bucket.read(key);
  expect(result).toMatchObject({
    stat: {
      etag: '"5d41402abc4b2a76b9719d911017c592"',
      versionId: "17",
      modified: new Date("2026-05-01T11:00:00Z"),
    },
  });
  await body(result);
});

test.each([
  ["composed or uploaded in parts", { "x-goog-hash": "crc32c=yZRlqg==" }],
  ["encrypted with a customer's key", { "x-goog-encryption-kms-key-name": "projects/p/key" }],
])("an object %s has Google's own mark", async (_, more) => {
  const bucket = await openBucket((__, response) => {
    response.writeHead(200, { ...headers, ...more, etag: '"CBE="' }).end("hello");
  });
  const result = await bucket.read(key);
  expect(result).toMatchObject({ stat: { etag: '"-CBE="' } });
  await body(result);
});

test("what is stored as gzip arrives as it is stored", async () => {
  const stored = gzipSync("hello");
  const bucket = await openBucket((request, response) => {
    expect(request.headers["accept-encoding"]).toBe("gzip");
    const length = { "x-goog-stored-content-length": stored.length, "content-encoding": "gzip" };
    response.writeHead(200, { ...headers, ...length }).end(stored);
  });
  expect(Buffer.compare(await readBytes(bucket, key), stored)).toBe(0);
});

test("a generation is asked for by its number", async () => {
  let asked = "";
  const bucket = await openBucket((request, response) => {
    asked = request.url ?? "";
    response.writeHead(200, headers).end("hello");
  });
  await readBytes(bucket, key, { versionId: "17" });
  expect(asked).toBe("/storage/v1/b/b/o/object?alt=media&generation=17");
});

test("a failure that passes is not noticed", async () => {
  let requests = 0;
  const bucket = await openBucket((_, response) => {
    requests += 1;
    if (requests === 1) response.writeHead(503).end();
    else response.writeHead(200, headers).end("hello");
  });
  expect((await readBytes(bucket, key)).byteLength).toBe(5);
});

test("a body that breaks off is an error, not a shorter object", async () => {
  const bucket = await openBucket((_, response) => {
    response.writeHead(200, { ...described, "content-length": 10 });
    response.write("01234", () => response.destroy());
  });
  expect(await failureKind(readBytes(bucket, key))).toBe("unavailable");
});

test.each([
  ["no length", 200],
  ["a part without its place", 206],
])("%s is unavailable", async (_, status) => {
  const bucket = await openBucket((__, response) => {
    response.writeHead(status, described);
    response.end("hello");
  });
  expect(await failureKind(bucket.read(key))).toBe("unavailable");
});

test("an abort ends a body that is being read", async () => {
  const bucket = await openBucket((_, response) => {
    response.writeHead(200, { ...described, "content-length": 10 }).write("01234");
  });
  const controller = new AbortController();
  const reason = new Error("no longer wanted");
  const reading = readBytes(bucket, key, { signal: controller.signal });
  const result = await bucket.read(key, { signal: controller.signal });
  controller.abort(reason);
  await expect(reading).rejects.toBe(reason);
  await expect(body(result)).rejects.toBe(reason);
});
