import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, type Problem, type Signed } from "../hosts/client.ts";
import { toFunctionUrlEvent, toRestApiEvent } from "../support/lambda/gateways.ts";
import { type Runtime, startRuntime } from "../support/lambda/runtime.ts";
import { toSent } from "../support/lambda/sent.ts";
import { toAnswer } from "./lambda/function-host.ts";
import { deployPictures, PRIVATE, TOKEN } from "./lambda/picture-deployment.ts";
import type { PictureDeployment } from "./lambda/picture-deployment.ts";

const CDN = "https://d111111abcdef8.cloudfront.net";
const KEY = "cats/a b&c%2F.jpg";

let deployment: PictureDeployment;
let objects: Runtime;
let images: Runtime;
beforeAll(async () => {
  deployment = await deployPictures();
  const { client, code, env } = deployment;
  const create = { width: 300, height: 200, channels: 3, background: "#246" } as const;
  const Body = await sharp({ create }).jpeg().toBuffer();
  await client.putObject({ Bucket: PRIVATE, Key: KEY, Body });
  // As the stacks have it: the CDN's address is known to the function that signs alone.
  objects = await startRuntime(code.objects, "main.handler", { ...env, PUBLIC_URL: CDN });
  images = await startRuntime(code.images, "main.handler", env);
});
afterAll(async () => {
  await objects.stop();
  await images.stop();
  await deployment.remove();
});

async function sign(item: unknown): Promise<string> {
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const sent = await toSent("POST", "/sign", headers, JSON.stringify({ items: [item] }));
  const answer = toAnswer(await objects.invoke(toRestApiEvent(sent)));
  const [{ url } = { url: "" }] = parse<{ results: readonly Signed[] }>(answer).results;
  expect(url.startsWith(`${CDN}/`)).toBe(true);
  return url.slice(CDN.length);
}

/**
 * As CloudFront sends it: signed as the service `cloudfront.amazonaws.com`, whatever the viewer had in
 * `Authorization`, with `Accept` as the edge writes it.
 */
async function view(method: string, target: string, body?: string) {
  const headers = {
    authorization: "AWS4-HMAC-SHA256 Credential=ASIACDN/20300101/us-east-1/lambda/aws4_request",
    "x-amz-source-account": "123456789012",
    "x-amz-source-arn": "arn:aws:cloudfront::123456789012:distribution/E111111ABCDEF8",
    accept: "image/webp,*/*",
  };
  const event = toFunctionUrlEvent(await toSent(method, target, headers, body));
  return toAnswer(await images.invoke(event));
}

test("signed previews, conversions and content open by GET and HEAD", async () => {
  const named = { bucket: "private", key: KEY };
  for (const item of [
    { preview: { ...named, width: 64 } },
    { converted: named },
    { content: named },
    { preview: { link: `fs://${PRIVATE}/${KEY}` } },
  ]) {
    const target = await sign(item);
    const answer = await view("GET", target);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toMatch(/^public, max-age=\d+$/);
    const head = await view("HEAD", target);
    expect([head.status, head.body.byteLength]).toEqual([200, 0]);
    expect(head.headers.get("etag")).toBe(answer.headers.get("etag"));
  }
});

test("a picture is of the kind that the edge says the browser shows", async () => {
  const answer = await view("GET", await sign({ preview: { bucket: "private", key: KEY } }));
  expect(answer.headers.get("content-type")).toBe("image/webp");
  expect(answer.headers.get("vary")).toContain("Accept");
});

test("a signed item of a link set leads to its object", async () => {
  const text = `fs://${PRIVATE}/${KEY}`;
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "text/plain" };
  await objects.invoke(toRestApiEvent(await toSent("PUT", "/links/sets/cats", headers, text)));
  const list = await toSent("GET", "/links/sets/cats/items", headers);
  const answer = toAnswer(await objects.invoke(toRestApiEvent(list)));
  const [{ id } = { id: "" }] = parse<{ items: readonly { id: string }[] }>(answer).items;
  const target = await sign({ item: { set: "cats", id } });
  for (const method of ["GET", "HEAD"]) {
    const opened = await view(method, target);
    expect(opened.status).toBe(307);
    const response = await fetch(opened.headers.get("location") ?? "", { method });
    expect(response.status).toBe(200);
  }
});

test.each([
  ["without a signature", (target: string) => target.replace(/&sig=.*/, ""), 401],
  ["with another size", (target: string) => target.replace("width=64", "width=65"), 403],
  ["of another object", (target: string) => target.replace("cats", "dogs"), 403],
  ["under another route", (target: string) => target.replace("/previews/", "/content/"), 403],
])("nothing opens %s", async (_, change, status) => {
  const target = await sign({ preview: { bucket: "private", key: KEY, width: 64 } });
  const answer = await view("GET", change(target));
  expect(answer.status).toBe(status);
  expect(answer.headers.get("cache-control") ?? "no-store").toContain("no-store");
});

test("CloudFront itself is nobody: what takes a token stays closed", async () => {
  for (const target of ["/content/private/a", "/caches", "/metrics"]) {
    const answer = await view("GET", target);
    expect(parse<Problem>(answer)).toMatchObject({ status: 401, code: "unauthenticated" });
  }
  const purge = await view("POST", "/caches/previews/purge", '{"all":true}');
  expect(purge.status).toBe(401);
});
