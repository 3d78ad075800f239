import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Outcome } from "../support/lambda/runtime-api.ts";
import { type Runtime, startRuntime } from "../support/lambda/runtime.ts";
import { logged } from "./lambda/logged.ts";
import { deployPictures, PRIVATE } from "./lambda/picture-deployment.ts";
import type { PictureDeployment } from "./lambda/picture-deployment.ts";

const CACHES = ["previews", "storage", "image-converter"] as const;
const ENTRY = Buffer.alloc(10_000, "x");
const ENTRIES = 20;

let deployment: PictureDeployment;
beforeAll(async () => {
  deployment = await deployPictures();
});
afterAll(() => deployment.remove());
beforeEach(async () => {
  const { client, env } = deployment;
  const put = (Bucket: string, Key: string) => client.putObject({ Bucket, Key, Body: ENTRY });
  for (let index = 0; index < ENTRIES; index += 1) {
    for (const cache of CACHES) await put(env["CACHE_BUCKET"] ?? "", `${cache}/entry-${index}`);
  }
  await put(PRIVATE, "previews/not-a-cache");
});

let runtime: Runtime;
afterEach(() => runtime.stop());

/** One run of the schedule. */
async function sweep(more: Record<string, string>, timeout?: number): Promise<Outcome> {
  const { code, env } = deployment;
  runtime = await startRuntime(code.sweep, "main.handler", { ...env, ...more });
  return runtime.invoke({}, timeout);
}

test("each cache is brought within its size, and the log says what was removed", async () => {
  const { kind } = await sweep({ CACHE_PREVIEWS_SIZE: "100k", LOG_LEVEL: "silent" });
  expect(kind).toBe("response");
  const left = { previews: 9, storage: ENTRIES, "image-converter": ENTRIES };
  for (const cache of CACHES) {
    expect(await deployment.cached(`${cache}/`)).toHaveLength(left[cache]);
    expect(await logged(runtime, { message: "swept", cache })).toMatchObject({
      level: "INFO",
      awsRequestId: expect.any(String) as string,
      entries: left[cache],
      evicted: ENTRIES - left[cache],
      expired: 0,
      complete: true,
    });
  }
  const { client } = deployment;
  await client.headObject({ Bucket: PRIVATE, Key: "previews/not-a-cache" });
});

test("a sweep without time left stops by itself, fails and removes nothing", async () => {
  const { kind, body } = await sweep({ CACHE_PREVIEWS_SIZE: "1k" }, 5000);
  expect(kind).toBe("error");
  expect(body.toString()).toContain("larger than a sweep has time");
  expect(await deployment.cached("previews/")).toHaveLength(ENTRIES);
  expect(await logged(runtime, { message: "swept", cache: "previews" })).toMatchObject({
    complete: false,
  });
});

test("a bucket that is not there is told as what it is", async () => {
  const bucket = "remote-storage-nowhere";
  const { kind } = await sweep({ CACHE_BUCKET: bucket });
  expect(kind).toBe("error");
  const line = await logged(runtime, { message: "the sweep has failed", bucket });
  expect(JSON.stringify(line)).toContain("there is no such bucket");
});
