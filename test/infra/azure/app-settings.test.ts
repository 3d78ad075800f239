import { describe, expect, test } from "vitest";
import { openService } from "../../../functions/azure/open-service.ts";
import { deployed, EVERYTHING } from "./written.ts";

type Environment = Readonly<Record<string, string>>;

interface SiteConfig {
  readonly appSettings: readonly { readonly name: string; readonly value: string }[];
}

/** The environment that the platform gives to the functions. */
function environmentOf(settings: Environment, access?: string): Environment {
  const { resources } = deployed({ settings, ...(access !== undefined && { access }) });
  const site = resources.find(({ type }) => type === "Microsoft.Web/sites");
  if (site === undefined) throw new Error("there is no app");
  const { siteConfig } = site.body["properties"] as { readonly siteConfig: SiteConfig };
  return Object.fromEntries(siteConfig.appSettings.map(({ name, value }) => [name, value]));
}

/** As the platform replaces references to the vault. */
const resolved = (env: Environment, secrets: Environment): Environment =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const [, secret] = /^@Microsoft\.KeyVault\(.*;SecretName=([\w-]+)\)$/.exec(value) ?? [];
      return [name, secret === undefined ? value : (secrets[secret] ?? value)];
    }),
  );

const SECRETS = {
  "url-signing-keys": "first:0123456789abcdef0123456789abcdef",
  "api-tokens": "0123456789abcdef0123456789abcdef",
  "remote-links": "cars: {provider: azure, access_key: linked, buckets: [cars]}\n",
};

const ACCESS = `labelling: {token_sha256: ${"ab".repeat(32)}, allow: [objects:read]}\n`;

const open = (env: Environment) =>
  openService(
    {
      env,
      write: () => undefined,
      now: () => new Date(0),
      fetch: () => Promise.reject(new Error("nothing is to be asked")),
    },
    () => ({ debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }),
    () => {},
  );

describe("what the functions are given", () => {
  test.each([
    ["by default", {}, undefined],
    ["with everything", EVERYTHING, ACCESS],
  ])("opens the service, %s", async (_, settings, access) => {
    const env = resolved(environmentOf(settings, access), SECRETS);
    await expect(open(env)).resolves.toHaveProperty("app");
  });

  test("stops the service as long as the vault is empty", async () => {
    const names = /API_TOKENS[^]*REMOTE_LINKS|REMOTE_LINKS[^]*API_TOKENS/;
    await expect(open(environmentOf({}))).rejects.toThrow(names);
  });

  test("is the own account by identity, the containers and the address", () => {
    const env = environmentOf({});
    expect(env).toMatchObject({
      STORAGE_PROVIDER: "azure",
      STORAGE_ACCESS_KEY: expect.stringMatching(/^remotesdata\w{13}$/) as string,
      STORAGE_BUCKET_PREFIX: "remote-storage",
      CACHE_BUCKET: "remote-storage-cache",
      PUBLIC_URL: expect.stringMatching(
        /^https:\/\/remote-storage-\w{13}\.azurewebsites\.net$/,
      ) as string,
      AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
      AzureWebJobsStorage__accountName: expect.stringMatching(/^remoteshost\w{13}$/) as string,
      AzureWebJobsStorage__credential: "managedidentity",
      AzureWebJobsDisableHomepage: "true",
    });
    expect(env).not.toHaveProperty("AzureWebJobsStorage");
    expect(env).not.toHaveProperty("STORAGE_SECRET_KEY");
    // Believed only where App Service authentication is set up, which this template does not do.
    expect(env).not.toHaveProperty("EASY_AUTH");
    expect(env["AZURE_CLIENT_ID"]).toBe(env["AzureWebJobsStorage__clientId"]);
  });

  test("is nothing that Flex Consumption refuses", () => {
    const names = Object.keys(environmentOf(EVERYTHING));
    // https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations
    const refused =
      /^(WEBSITE_|SCM_|ENABLE_ORYX_BUILD|FUNCTIONS_(EXTENSION_VERSION|WORKER_RUNTIME))/;
    expect(names.filter((name) => refused.test(name))).toEqual([]);
  });

  test("is what the deployment was given", () => {
    const env = environmentOf(EVERYTHING, ACCESS);
    expect(env).toMatchObject({
      ACCESS,
      CORS_ORIGINS: "https://app.example.com,https://b.example.com",
      PUBLIC_URL: "https://storage.example.com",
      SIGNED_URL_MAX_EXPIRES: "12h",
      STORAGE_BUCKET_PREFIX: "vision",
    });
    expect(environmentOf({})).not.toHaveProperty("ACCESS");
  });
});
