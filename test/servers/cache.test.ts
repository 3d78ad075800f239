import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve, type Served } from "../../functions/local/serve.ts";
import { openAuditLog, type AuditLog } from "./minio-audit.ts";
import { startMinio } from "./minio.ts";
import type { S3Server } from "./s3-server.ts";
import { sdk } from "./s3-subject.ts";

const TOKEN = "cache-test-0123456789";
/** A picture that no codec makes small: 600 kB. */
const BODY = await sharp(randomBytes(500 * 400 * 3), {
  raw: { width: 500, height: 400, channels: 3 },
})
  .png()
  .toBuffer();
const PREVIEWS = Array.from(
  { length: 10 },
  (_, index) => `/previews/private/cold.bin?width=${20 + index}&format=webp`,
);
const agent = new Agent({ keepAlive: true, maxSockets: 1000 });

let audit: AuditLog;
let minio: S3Server;
let served: Served;
let folder: string;

beforeAll(async () => {
  audit = await openAuditLog();
  minio = await startMinio("us-east-1", audit.env);
  folder = await mkdtemp(join(tmpdir(), "cache-test-"));
  const client = sdk(minio);
  for (const kind of ["public", "private"]) await client.createBucket({ Bucket: `rs-${kind}` });
  for (const Key of ["cold.bin", "warm.bin", "other.bin", "last.bin"]) {
    await client.putObject({ Bucket: "rs-private", Key, Body: BODY });
  }
  client.destroy();
  served = await start();
});

afterAll(async () => {
  agent.destroy();
  await served.close();
  await minio.stop();
  audit.close();
  await rm(folder, { recursive: true });
});

function start(): Promise<Served> {
  const quiet = { write: () => undefined };
  const env = {
    STORAGE_PROVIDER: "minio",
    STORAGE_ENDPOINT: minio.endpoint,
    STORAGE_ACCESS_KEY: minio.accessKey,
    STORAGE_SECRET_KEY: minio.secretKey,
    STORAGE_BUCKET_PREFIX: "rs",
    DATA_PATH: join(folder, "data"),
    API_TOKENS: TOKEN,
    URL_SIGNING_KEYS: "k:cache-test-signing-key",
    LOG_LEVEL: "silent",
    PORT: "0",
  };
  return serve(env, { stdout: quiet, stderr: quiet });
}

async function read(path: string) {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const request = get(`${served.url}${path}`, { agent, headers });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return {
    status: response.statusCode,
    cache: response.headers["cache-status"],
    body: await buffer(response),
  };
}

function purge(name: string): Promise<Response> {
  return fetch(`${served.url}/caches/${name}/purge`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ all: true }),
  });
}

test("1,000 simultaneous requests for one cold object and ten previews of it cause one remote read, in the server's own log", async () => {
  const reads = Array.from({ length: 1000 }, () => read("/content/private/cold.bin"));
  const made = await Promise.all(PREVIEWS.map(read));
  expect(made.map(({ status }) => status)).toEqual(PREVIEWS.map(() => 200));
  const answers = await Promise.all(reads);
  expect(answers.every(({ status, body }) => status === 200 && body.equals(BODY))).toBe(true);
  // The log is written in order: once the next call is there, all before it are.
  await read("/content/private/warm.bin");
  await expect.poll(() => audit.calls("warm.bin"), { timeout: 20_000 }).toContain("GetObject");
  expect(audit.calls("cold.bin")).toEqual(["PutObject", "GetObject"]);
  const { cache } = await read("/content/private/cold.bin");
  expect(cache).toBe("storage; hit");
});

test("previews that were purged are made again without a read of the storage", async () => {
  const first = await read(PREVIEWS[0]!);
  expect(first.cache).toContain("previews; hit");
  expect((await purge("previews")).status).toBe(200);
  const again = await read(PREVIEWS[0]!);
  expect(again.cache).toContain("previews; fwd=miss");
  expect(again.body.equals(first.body)).toBe(true);
  await read("/content/private/last.bin");
  await expect.poll(() => audit.calls("last.bin"), { timeout: 20_000 }).toContain("GetObject");
  expect(audit.calls("cold.bin")).toEqual(["PutObject", "GetObject"]);
});

test("cached content and pictures survive a start and the end of the storage; others say so", async () => {
  await served.close();
  served = await start();
  await minio.stop();
  const cached = await read("/content/private/cold.bin");
  expect([cached.status, cached.body.equals(BODY)]).toEqual([200, true]);
  expect((await read(PREVIEWS[0]!)).status).toBe(200);
  const other = await read("/content/private/other.bin");
  expect([502, 504]).toContain(other.status);
  expect(other.body.toString()).toMatch(/"code":"(unavailable|timeout)"/);
});
