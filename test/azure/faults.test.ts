import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENTRIES } from "../hosts/azure-host.ts";
import { type FunctionApp, startFunctionApp } from "../support/azure-functions/function-app.ts";
import { startAzurite } from "../support/azurite.ts";
import { type Fault, startFaultProxy } from "../support/fault-proxy.ts";

const TOKEN = "token-of-the-faults-0123456789";
const SIZE = 2 * 1024 * 1024;

const HEADERS = { authorization: `Bearer ${TOKEN}`, "x-request-id": "the-failing-one" };

/** How the store fails when the object is read. */
let fault: Fault | undefined;
let app: FunctionApp | undefined;
const opened: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  const store = await startAzurite();
  opened.push(store);
  const { account, keys, endpoint, basePath } = store;
  for (const name of ["remote-storage-private", "cache"]) await store.createContainer(name);
  const key = new StorageSharedKeyCredential(account, keys.secretKey);
  await new BlobServiceClient(endpoint.origin + basePath, key)
    .getContainerClient("remote-storage-private")
    .getBlockBlobClient("large.bin")
    .uploadData(Buffer.alloc(SIZE, "0123456789"));
  const proxy = await startFaultProxy(endpoint.origin, ({ method, target }) =>
    method === "GET" && target.includes("/large.bin") ? fault : undefined,
  );
  opened.push(proxy);
  app = await startFunctionApp(ENTRIES.streamed, {
    STORAGE_PROVIDER: "azure",
    STORAGE_ENDPOINT: proxy.url + basePath,
    STORAGE_ACCESS_KEY: account,
    STORAGE_SECRET_KEY: keys.secretKey,
    CACHE_BUCKET: "cache",
    API_TOKENS: TOKEN,
  });
});
afterAll(async () => {
  await app?.stop();
  for (const each of opened.toReversed()) await each.close();
});

function get(path: string): Promise<Response> {
  return fetch(`${app?.url}${path}`, { headers: HEADERS });
}

test("an answer that breaks in its middle is cut, told in the log, and ends nothing else", async () => {
  fault = { kind: "truncate" };
  const answer = await get("/content/private/large.bin");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-length")).toBe(String(SIZE));
  await expect(answer.arrayBuffer()).rejects.toThrow("terminated");
  await expect.poll(() => app?.log(), { timeout: 15_000 }).toContain("the answer broke off");
  const line = app
    ?.log()
    .split("\n")
    .find((each) => each.includes("the answer broke off"));
  expect(JSON.parse(line ?? "")).toMatchObject({ requestId: "the-failing-one" });
  expect((await get("/health")).status).toBe(200);
});

test("a store that refuses before the first byte is a problem with a status", async () => {
  fault = { kind: "answer", answer: { status: 403 } };
  const answer = await get("/content/private/large.bin");
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ code: "denied", requestId: "the-failing-one" });
});
