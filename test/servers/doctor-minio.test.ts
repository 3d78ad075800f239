import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { context, examined, fineChecks, troubles } from "../doctor/examined.ts";
import { ALL, APP, BUCKET, withBucket } from "./doctor-subject.ts";
import { startMinio } from "./minio.ts";
import type { S3Server } from "./s3-server.ts";
import { endpointOf, s3Config } from "./s3-subject.ts";

const REGION = "eu-central-1";

/** A server of nothing but one answer. */
async function serveAnswer(status: number, headers: Record<string, string>, body: string) {
  const server = createServer((_request, response) => {
    response.writeHead(status, headers).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return endpointOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

describe("broken set-ups on MinIO", () => {
  let server: S3Server;
  let config: S3Config;

  beforeAll(async () => {
    server = await startMinio(REGION);
    config = await withBucket(server, REGION);
  });
  afterAll(async () => {
    await server?.stop();
  });

  test("nothing is broken, CORS included", async () => {
    const examination = await examined(config, BUCKET, { world: { corsOrigins: [APP, "*"] } });
    expect(troubles(examination)).toEqual([]);
    expect(fineChecks(examination)).toEqual([...ALL, "cors"]);
  });

  test("a wrong region", async () => {
    expect(troubles(await examined({ ...config, region: "us-east-1" }, BUCKET))).toEqual([
      `region: the bucket is in the region ${REGION}`,
    ]);
  });

  test("no region is none that is wrong: it is found out", async () => {
    expect(troubles(await examined(s3Config(server), BUCKET))).toEqual([]);
  });

  test("a wrong endpoint: nobody there", async () => {
    const endpoint = endpointOf("http://127.0.0.1:1");
    expect(troubles(await examined({ ...config, endpoint }, BUCKET))).toEqual([
      "address: 127.0.0.1:1: nobody listens there",
    ]);
  });

  test("a wrong endpoint: TLS where there is none", async () => {
    const { host } = new URL(server.endpoint);
    const endpoint = endpointOf(`https://${host}`);
    expect(troubles(await examined({ ...config, endpoint }, BUCKET))).toEqual([
      `address: ${host}: it speaks no TLS`,
    ]);
  });

  test("the address of a console", async () => {
    const page = "<!doctype html><title>MinIO Console</title>";
    const endpoint = await serveAnswer(200, { "content-type": "text/html" }, page);
    expect(troubles(await examined({ ...config, endpoint }, BUCKET))).toEqual([
      `api: ${endpoint.origin} serves web pages: a store's console or another web server, but no S3 API`,
    ]);
  });

  test.each([
    [20, "20 min ahead of"],
    [-20, "20 min behind"],
  ])("a clock that is %s min off", async (minutes, words) => {
    const now = () => new Date(Date.now() + minutes * 60_000);
    const subject = { context: { ...context, now } };
    expect(troubles(await examined(config, BUCKET, { subject, world: { now } }))).toEqual([
      `clock: this machine's clock is ${words} the store's`,
    ]);
  });

  test("a private host in signed URLs of a public service", async () => {
    const { host } = new URL(server.endpoint);
    const examination = await examined(config, BUCKET, { world: { serviceReach: "public" } });
    expect(troubles(examination)).toEqual([
      `signed host: signed URLs name ${host}, which only this machine reaches`,
    ]);
  });

  test.each([
    ["a wrong access key", "nobody", "minio-test-secret", "the store does not know the access key"],
    ["a wrong secret", "minio-test", "wrong", "the secret key does not belong to the access key"],
  ])("%s", async (_name, accessKey, secretKey, found) => {
    const credentials = { type: "keys", accessKey, secretKey } as const;
    expect(troubles(await examined({ ...config, credentials }, BUCKET))).toEqual([
      `credentials: ${found}`,
    ]);
  });

  test("no bucket", async () => {
    expect(troubles(await examined(config, "missing"))).toEqual(["bucket: does not exist"]);
  });
});

describe("what stores answer that cannot be brought about here", () => {
  test("expired credentials, as AWS says it", async () => {
    const xml =
      "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>";
    const headers = { "content-type": "application/xml", "x-amz-request-id": "1" };
    const endpoint = await serveAnswer(400, headers, xml);
    const credentials = { type: "keys", accessKey: "ASIA", secretKey: "secret" } as const;
    const config = { kind: "minio", endpoint, region: "us-east-1", credentials } as const;
    expect(troubles(await examined(config, BUCKET))).toEqual([
      "credentials: the credentials have expired",
    ]);
  });
});
