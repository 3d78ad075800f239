import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { AwsClient } from "aws4fetch";
import { expect, onTestFinished, test } from "vitest";
import { openGoogle } from "../../functions/providers/google/provider.ts";
import { pattern } from "../providers/conformance/stage.ts";
import { startMinio } from "./minio.ts";
import { context, endpointOf, sdk } from "./s3-subject.ts";

const key = parseKey("a b+c%2Fd/猫.bin");

/**
 * Google's uploads in parts are S3's but for who signs. A gateway signs them anew for MinIO, so that a
 * server which nobody here wrote reads what we write, and we read what it answers.
 */
test("uploads in parts are understood by MinIO", async () => {
  const minio = await startMinio("auto");
  onTestFinished(() => minio.stop());
  const client = sdk(minio, "auto");
  onTestFinished(() => client.destroy());
  await client.createBucket({ Bucket: "first" });

  const { accessKey: accessKeyId, secretKey: secretAccessKey } = minio;
  const aws = new AwsClient({ accessKeyId, secretAccessKey, region: "auto", service: "s3" });
  async function forward(request: IncomingMessage): Promise<Response> {
    const url = new URL(`${minio.endpoint}${request.url}`);
    url.search = url.search.replaceAll(/X-Goog-[^&]*&?/g, "").replace(/&$/, "");
    const bytes = new Uint8Array(await buffer(request));
    const type = request.headers["content-type"] ?? "";
    return aws.fetch(url, {
      method: request.method ?? "",
      headers: { "content-type": type },
      ...(bytes.length > 0 && { body: bytes }),
    });
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.startsWith("/storage/")) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ name: key, size: "1", updated: "2026-05-01T12:00:00Z" }));
      return;
    }
    const told = await forward(request);
    response.writeHead(told.status, { etag: told.headers.get("etag") ?? "" });
    response.end(Buffer.from(await told.arrayBuffer()));
  }
  const gateway = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(gateway, "listening");
  onTestFinished(() => void gateway.close());

  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const endpoint = endpointOf(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}`);
  const credentials = {
    type: "service-account",
    clientEmail: "signer@project.iam.gserviceaccount.com",
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  } as const;
  const bucket = openGoogle({ kind: "google", endpoint, credentials }, context).bucket("first");

  const uploadId = await bucket.multipart.create(key, { type: "image/tiff" });
  const bytes = pattern(5 * 2 ** 20 + 3);
  for (const [number, part] of [bytes.slice(0, -3), bytes.slice(-3)].entries()) {
    const wish = {
      method: "PUT",
      key,
      expires: 60,
      part: { uploadId, number: number + 1 },
    } as const;
    const { url, headers } = await bucket.sign(wish);
    expect((await fetch(url, { method: "PUT", headers, body: part })).status).toBe(200);
  }
  expect(await bucket.multipart.parts(key, uploadId)).toEqual([
    { number: 1, size: 5 * 2 ** 20, etag: expect.stringMatching(/^"\w{32}"$/) },
    { number: 2, size: 3, etag: expect.stringMatching(/^"\w{32}"$/) },
  ]);
  await bucket.multipart.complete(key, uploadId, []);

  const stored = await client.getObject({ Bucket: "first", Key: key });
  expect(stored.ContentType).toBe("image/tiff");
  expect(Buffer.compare((await stored.Body?.transformToByteArray()) ?? Buffer.of(), bytes)).toBe(0);

  const another = await bucket.multipart.create(key);
  await bucket.multipart.abort(key, another);
  await bucket.multipart.abort(key, another);
});
