import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parse, type Problem } from "../hosts/client.ts";
import type { Answer } from "../hosts/host.ts";
import { toRestApiEvent } from "../support/lambda/gateways.ts";
import { type Runtime, startRuntime } from "../support/lambda/runtime.ts";
import { toSent } from "../support/lambda/sent.ts";
import { listen, type Listening } from "../support/listen.ts";
import { toAnswer } from "./lambda/function-host.ts";
import { logged, said } from "./lambda/logged.ts";
import { deployPictures, PRIVATE, TOKEN } from "./lambda/picture-deployment.ts";
import type { PictureDeployment } from "./lambda/picture-deployment.ts";

const MIB = 1024 * 1024;
/** More than a buffered answer carries, and less than a streamed one does. */
const MEDIUM = 5 * MIB;
/** More than is streamed. */
const LARGE = 65 * MIB;

let deployment: PictureDeployment;
beforeAll(async () => {
  deployment = await deployPictures();
  const { client } = deployment;
  const put = (Key: string, Body: Buffer) => client.putObject({ Bucket: PRIVATE, Key, Body });
  const create = { width: 640, height: 480, channels: 3, background: "#2d6" } as const;
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  await put("a.jpg", await sharp({ create }).jpeg().toBuffer());
  await put("broken.jpg", (await sharp({ create }).jpeg().toBuffer()).subarray(0, 200));
  await put(
    "noise.jpg",
    await sharp({ create: { ...create, width: 2000, height: 1500, noise } })
      .jpeg()
      .toBuffer(),
  );
  await put("medium.bin", Buffer.alloc(MEDIUM, "m"));
  await put("large.bin", Buffer.alloc(LARGE, "l"));
});
afterAll(() => deployment.remove());

let running: Runtime[] = [];
let servers: Listening[] = [];
afterEach(async () => {
  for (const each of [...running, ...servers]) await ("stop" in each ? each.stop() : each.close());
  running = [];
  servers = [];
});

async function start(handler = "handler", more: Record<string, string> = {}): Promise<Runtime> {
  const { code, env } = deployment;
  const runtime = await startRuntime(code.images, `main.${handler}`, { ...env, ...more });
  running.push(runtime);
  return runtime;
}

async function get(
  runtime: Runtime,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  timeout?: number,
): Promise<Answer> {
  const sent = await toSent("GET", target, { authorization: `Bearer ${TOKEN}`, ...headers });
  return toAnswer(await runtime.invoke(toRestApiEvent(sent), timeout));
}

const status = ({ headers }: Answer) => headers.get("cache-status");

describe.each(["handler", "buffered"])("with main.%s", (handler) => {
  test("what one environment has made, the next one finds in the bucket", async () => {
    const target = `/previews/private/a.jpg?width=${handler === "handler" ? 64 : 65}`;
    const first = await start(handler);
    expect(status(await get(first, target))).toContain("previews; fwd=miss; stored");
    // The next event is handed out only once the first invocation is over.
    await get(first, "/health");
    await first.stop();
    const second = await start(handler);
    expect(status(await get(second, target))).toBe("previews; hit");
    expect(await deployment.cached("previews/")).not.toEqual([]);
  });

  test("no store's answer within the time is 504, and the log says so", async () => {
    const silent = await listen(() => undefined);
    servers.push(silent);
    const runtime = await start(handler, { STORAGE_ENDPOINT: silent.url });
    const answer = await get(runtime, "/content/private/a.jpg", {}, 2000);
    expect(parse<Problem>(answer)).toMatchObject({ status: 504, code: "timeout" });
    expect(await logged(runtime, { limit: "time", level: "ERROR" })).toBeDefined();
    expect((await get(runtime, "/health")).status).toBe(200);
  });

  test("credentials that have expired are 502, and the log tells the code", async () => {
    const expired = await listen((_request, response) => {
      response.writeHead(403, { "content-type": "application/xml" });
      response.end("<Error><Code>ExpiredToken</Code><Message>It has expired.</Message></Error>");
    });
    servers.push(expired);
    const runtime = await start(handler, { STORAGE_ENDPOINT: expired.url });
    const answer = await get(runtime, "/previews/private/a.jpg");
    expect(parse<Problem>(answer)).toMatchObject({ status: 502, code: "credentials" });
    const line = await logged(runtime, { message: "storage failed" });
    expect(JSON.stringify(line)).toContain("ExpiredToken");
  });

  test("a broken picture is refused as one, and is no end", async () => {
    const runtime = await start(handler);
    const answer = await get(runtime, "/previews/private/broken.jpg");
    expect(answer.status).toBe(422);
    expect((await get(runtime, "/previews/private/a.jpg")).status).toBe(200);
    const line = await logged(runtime, {
      message: "request",
      path: "/previews/private/broken.jpg",
    });
    expect(line).toMatchObject({ Service: "images", status: 422, ClientErrors: 1, ColdStarts: 1 });
  });

  test("a bucket of the caches that is not there costs speed alone", async () => {
    const runtime = await start(handler, { CACHE_BUCKET: "remote-storage-nowhere" });
    const answer = await get(runtime, "/previews/private/a.jpg?width=32");
    expect(answer.status).toBe(200);
    await said(runtime, "the cache's bucket fails: it is passed by");
  });

  test("no bucket for the caches is 500, and the log says what is missing", async () => {
    const runtime = await start(handler, { CACHE_BUCKET: "" });
    const answer = await get(runtime, "/previews/private/a.jpg");
    expect(parse<Problem>(answer)).toMatchObject({ status: 500, code: "internal" });
    await said(runtime, "CACHE_BUCKET is not set");
  });
});

/** Follows a redirect, without the token. */
async function follow({ headers }: Answer, range = {}): Promise<Buffer> {
  const response = await fetch(headers.get("location") ?? "", { headers: range });
  return Buffer.from(await response.arrayBuffer());
}

test("content that fits into no single piece is redirected to the store; a part of it comes", async () => {
  const runtime = await start("buffered");
  const answer = await get(runtime, "/content/private/medium.bin");
  expect(answer.status).toBe(307);
  expect((await follow(answer)).equals(Buffer.alloc(MEDIUM, "m"))).toBe(true);
  const part = await get(runtime, "/content/private/medium.bin", { range: "bytes=0-9" });
  expect([part.status, part.body.toString()]).toEqual([206, "mmmmmmmmmm"]);
});

test("what is more than Lambda streams well is redirected to the store; a part of it comes", async () => {
  const runtime = await start();
  const streamed = await get(runtime, "/content/private/medium.bin");
  expect([streamed.status, streamed.body.byteLength]).toEqual([200, MEDIUM]);
  const answer = await get(runtime, "/content/private/large.bin");
  expect(answer.status).toBe(307);
  const sent = await toSent("HEAD", "/content/private/large.bin", {
    authorization: `Bearer ${TOKEN}`,
  });
  const head = toAnswer(await runtime.invoke(toRestApiEvent(sent)));
  expect([head.status, head.headers.get("content-length")]).toEqual([200, String(LARGE)]);
  expect((await follow(answer, { range: "bytes=-3" })).toString()).toBe("lll");
  const range = `bytes=${LARGE - 3}-`;
  const part = await get(runtime, "/content/private/large.bin", { range });
  expect([part.status, part.body.toString()]).toEqual([206, "lll"]);
});

test("a picture that fits into no single piece is 413; streamed it comes", async () => {
  const target = "/converted/private/noise.jpg?format=png";
  const buffered = await start("buffered");
  const answer = await get(buffered, target);
  expect(parse<Problem>(answer)).toMatchObject({ status: 413, code: "too_large" });
  expect(await logged(buffered, { limit: "size" })).toMatchObject({ level: "WARN" });
  const streaming = await start();
  const whole = await get(streaming, target);
  expect((await sharp(whole.body).metadata()).width).toBe(2000);
});
