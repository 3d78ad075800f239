import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createOpener } from "../../functions/aws/open-service.ts";
import { createLog } from "../../functions/aws/log.ts";
import { readSecrets, withSecrets } from "../../functions/aws/secrets.ts";
import type { Route } from "@remote-storage/core/http/route.ts";
import { health } from "@remote-storage/core/http/routes/service.ts";
import { listProviders } from "@remote-storage/core/http/routes/links.ts";
import { type SecretStore, startSecretStore } from "../support/lambda/secret-store.ts";

const LINKS = `
cars:
  provider: minio
  endpoint: s3.example.com
  access_key: AKIAEXAMPLE
  secret_key: example-secret-key
  region: eu-central-1
  buckets: [cars]
`;
const TOKEN = "token-of-the-secrets-0123456789";
const routes: readonly Route[] = [health, listProviders];

let store: SecretStore;
beforeEach(async () => {
  store = await startSecretStore(
    new Map([
      ["arn:links", LINKS],
      ["arn:keys", '{"k1":"a-signing-key-of-the-test","k0":"an-older-key-of-the-test"}'],
      ["arn:tokens", TOKEN],
    ]),
  );
  // The SDK reads its own settings from the environment, as on Lambda.
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", store.endpoint);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "role");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "role-secret");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await store.close();
});

const env = {
  STORAGE_PROVIDER: "minio",
  STORAGE_REGION: "us-east-1",
  STORAGE_ENDPOINT: "http://127.0.0.1:1",
  STORAGE_ACCESS_KEY: "key",
  STORAGE_SECRET_KEY: "secret-key",
  REMOTE_LINKS_SECRET: "arn:links",
  URL_SIGNING_KEYS_SECRET: "arn:keys",
  API_TOKENS_SECRET: "arn:tokens",
};

test("secrets become settings, keys in the order of the JSON, and their names are gone", async () => {
  const secrets = await readSecrets(env);
  expect(secrets.remoteLinks).toBe(LINKS);
  expect(withSecrets({ ...env, LOG_LEVEL: "warn" }, secrets)).toEqual({
    STORAGE_PROVIDER: "minio",
    STORAGE_REGION: "us-east-1",
    STORAGE_ENDPOINT: "http://127.0.0.1:1",
    STORAGE_ACCESS_KEY: "key",
    STORAGE_SECRET_KEY: "secret-key",
    LOG_LEVEL: "warn",
    URL_SIGNING_KEYS: "k1:a-signing-key-of-the-test,k0:an-older-key-of-the-test",
    API_TOKENS: TOKEN,
  });
});

test("without the name of one nothing is asked, and keys may be a plain list", async () => {
  expect(await readSecrets({ LOG_LEVEL: "warn" })).toEqual({});
  expect(withSecrets({}, { urlSigningKeys: "k1:plain" })).toEqual({ URL_SIGNING_KEYS: "k1:plain" });
});

test.each(["", "{", '{"k1":', "[]"])("keys that are %j never become part of an error", (text) => {
  const broken = `${text}a-secret-that-is-broken`;
  expect(() => withSecrets({}, { urlSigningKeys: `{"k1":"${broken}` })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("broken") as string }) as Error,
  );
});

test("one that is not there is named, with the variable", async () => {
  const missing = readSecrets({ API_TOKENS_SECRET: "arn:none" });
  await expect(missing).rejects.toThrow("the secret arn:none, which API_TOKENS_SECRET names");
});

test("changed secrets are followed after five minutes; broken ones change nothing but health", async () => {
  let time = Date.now();
  const lines: string[] = [];
  const now = () => new Date(time);
  const write = (line: string) => lines.push(line);
  const definition = { service: "objects", routes, env, write, now, fetch };
  const logAt = createLog(write, now, () => undefined);
  const open = createOpener(definition, 1000, logAt);
  const ask = async (target: string): Promise<string> => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const { app } = await open();
    return (await app(new Request("http://localhost/", { headers }), { target })).text();
  };
  const providers = () => ask("/links/providers");
  expect(await providers()).toContain("cars");
  store.texts.set("arn:links", LINKS.replace("cars:", "planes:"));
  expect(await providers()).not.toContain("planes");
  time += 5 * 60_000;
  expect(await providers()).toContain("planes");
  store.texts.set("arn:links", "planes: [");
  time += 5 * 60_000;
  expect(await providers()).toContain("planes");
  expect(await ask("/health")).toContain("secrets");
  expect(lines.join("")).toContain("the secrets cannot be used: the old ones stay");
  store.texts.set("arn:links", LINKS);
  time += 5 * 60_000;
  expect(await ask("/health")).not.toContain("secrets");
});
