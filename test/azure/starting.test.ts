import { afterEach, expect, test } from "vitest";
import { ENTRIES } from "../hosts/azure-host.ts";
import { type FunctionApp, startFunctionApp } from "../support/azure-functions/function-app.ts";

const ENV = {
  STORAGE_PROVIDER: "azure",
  STORAGE_ACCESS_KEY: "account",
  CACHE_BUCKET: "cache",
  API_TOKENS: "token-of-the-starts-0123456789",
};

let app: FunctionApp | undefined;
afterEach(() => app?.stop());

test.each([
  [{ CACHE_BUCKET: "" }, "CACHE_BUCKET is not set"],
  [{ REMOTE_LINKS: "cars: { provider: nothing, secret_key: hunter2 }" }, "RemoteLinksError"],
  [{ URL_SIGNING_KEYS: "@Microsoft.KeyVault(VaultName=v;SecretName=s)" }, "URL_SIGNING_KEYS"],
])("with %j every answer is 500, and the log says why", async (wrong, told) => {
  app = await startFunctionApp(ENTRIES.streamed, { ...ENV, ...wrong });
  const answer = await fetch(`${app.url}/health`);
  expect(answer.status).toBe(500);
  expect(answer.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
  expect(await answer.json()).toMatchObject({ code: "internal" });
  await expect.poll(() => app?.log(), { timeout: 15_000 }).toContain(told);
  expect(app.log()).not.toContain("hunter2");
});
