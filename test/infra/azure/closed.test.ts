import { describe, expect, test } from "vitest";
import { createLinkedAccountTemplate } from "../../../infra/azure/linked-account.ts";
import type { Deployed } from "./deploy.ts";
import { keysIn } from "./keys.ts";
import { asWritten, deployed, EVERYTHING, SOURCES, writeTemplate } from "./written.ts";

const ofType = (resources: readonly Deployed[], type: string) =>
  resources
    .filter((resource) => resource.type === type)
    .map(({ body }) => body["properties"] as Readonly<Record<string, unknown>>);

describe.each(SOURCES)("the template %s", (_, source) => {
  const { resources, outputs } = deployed(source);

  test("has accounts that nobody opens without an identity, and nobody over old TLS", () => {
    const accounts = ofType(resources, "Microsoft.Storage/storageAccounts");
    expect(accounts.length).toBe(2);
    for (const account of accounts) {
      expect(account).toMatchObject({
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        isLocalUserEnabled: false,
        minimumTlsVersion: "TLS1_2",
        supportsHttpsTrafficOnly: true,
      });
    }
  });

  test("has no container that is open", () => {
    const containers = ofType(
      resources,
      "Microsoft.Storage/storageAccounts/blobServices/containers",
    );
    expect(containers).toEqual(containers.map(() => ({ publicAccess: "None" })));
    expect(containers.length).toBe(4);
  });

  test("has an app over https alone, published by nobody's password", () => {
    expect(ofType(resources, "Microsoft.Web/sites")).toMatchObject([
      {
        httpsOnly: true,
        siteConfig: { minTlsVersion: "1.2", scmMinTlsVersion: "1.2" },
      },
    ]);
    const policies = ofType(resources, "Microsoft.Web/sites/basicPublishingCredentialsPolicies");
    expect(policies).toEqual([{ allow: false }, { allow: false }]);
  });

  test("has a vault, logs and telemetry that know roles alone", () => {
    expect(ofType(resources, "Microsoft.KeyVault/vaults")).toMatchObject([
      {
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        enabledForTemplateDeployment: false,
      },
    ]);
    expect(ofType(resources, "Microsoft.Insights/components")).toMatchObject([
      { DisableLocalAuth: true },
    ]);
    expect(ofType(resources, "Microsoft.OperationalInsights/workspaces")).toMatchObject([
      { features: { disableLocalAuth: true } },
    ]);
  });

  test("keeps the objects' account from going with its group", () => {
    const locks = resources.filter(({ type }) => type === "Microsoft.Authorization/locks");
    expect(locks.map(({ body }) => body["scope"])).toEqual([
      expect.stringMatching(/storageAccounts\/\w+data/),
    ]);
    expect(locks.map(({ body }) => body["properties"])).toMatchObject([{ level: "CanNotDelete" }]);
  });

  test("has no key in it, and puts none out", () => {
    expect(keysIn(writeTemplate(source))).toEqual([]);
    expect(Object.keys(outputs).toSorted()).toEqual([
      "appId",
      "appName",
      "dataAccount",
      "identityPrincipalId",
      "url",
      "vaultName",
    ]);
  });
});

test("the template for owners has no key in it", () => {
  expect(keysIn(asWritten(createLinkedAccountTemplate()))).toEqual([]);
});

test.each([
  [
    "asked for",
    "[listKeys(resourceId('Microsoft.Storage/storageAccounts', 'a'), '2025-06-01').keys]",
  ],
  ["in a connection string", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=b"],
  ["of an account", `${"Ab1+".repeat(21)}Ab==`],
  ["in a signed URL", "https://a.blob.core.windows.net/b/c?sv=2025-01-05&sig=abc"],
])("a key that is planted, %s, is found", (_, key) => {
  const { resources, ...rest } = writeTemplate();
  const [first, ...others] = resources;
  expect(keysIn({ ...rest, resources: [{ ...first, tags: { key } }, ...others] })).not.toEqual([]);
});

const corsOf = (settings: Readonly<Record<string, string>>) =>
  ofType(deployed({ settings }).resources, "Microsoft.Storage/storageAccounts/blobServices").map(
    ({ cors }) => (cors as { readonly corsRules: readonly unknown[] }).corsRules,
  );

describe("pages in browsers", () => {
  test("may use signed URLs from the origins that are named, and from no others", () => {
    const allowedOrigins = ["https://app.example.com", "https://b.example.com"];
    expect(corsOf(EVERYTHING)).toEqual([[expect.objectContaining({ allowedOrigins })], []]);
    expect(corsOf({})).toEqual([[], []]);
  });

  test("are never answered by the platform in the service's place", () => {
    for (const [, source] of SOURCES) {
      const [app] = ofType(deployed(source).resources, "Microsoft.Web/sites");
      expect(app?.["siteConfig"]).not.toHaveProperty("cors");
    }
  });
});
