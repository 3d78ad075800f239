import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";
import { describe, expect, test } from "vitest";
import { parseAzureDeployment } from "../../../infra/azure/settings.ts";
import { EVERYTHING } from "./written.ts";

const mistakes = (given: Readonly<Record<string, string>>): readonly string[] => {
  try {
    parseAzureDeployment(given);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).problems.map(({ name }) => name);
  }
};

describe("the settings of a deployment to Azure", () => {
  test("need nothing", () => {
    expect(parseAzureDeployment({})).toMatchObject({
      name: "remote-storage",
      bucketPrefix: "remote-storage",
      node: "24",
      memory: 2048,
      instances: 100,
      redundancy: "Standard_LRS",
      restoreDays: 7,
      logDays: 30,
      tags: {},
      passed: {},
    });
  });

  test("are all read", () => {
    expect(parseAzureDeployment(EVERYTHING)).toMatchObject({
      name: "vision",
      bucketPrefix: "vision",
      node: "22",
      memory: 4096,
      instances: 40,
      redundancy: "Standard_ZRS",
      restoreDays: 30,
      logDays: 90,
      linkedGroups: new Map([["linked", "rg-linked"]]),
      tags: { team: "vision", note: "[concat('a')]" },
      service: { signing: { maxExpires: 43_200 }, publicUrl: "https://storage.example.com" },
    });
  });

  test("pass on what the functions read as it was given, and nothing of one machine", () => {
    const given = { SIGNED_URL_WINDOW: "15m", CACHE_STORAGE_SIZE: "5g", LOG_LEVEL: "warn" };
    const local = { HOST: "tcp://nowhere", PORT: "x", DATA_PATH: "/data", PATH: "/bin" };
    expect(parseAzureDeployment({ ...given, ...local }).passed).toEqual(given);
  });

  test.each([
    ["STORAGE_ACCESS_KEY", "account"],
    ["STORAGE_SECRET_KEY", "secret"],
    ["STORAGE_ENDPOINT", "account.blob.core.windows.net"],
    ["STORAGE_IAM_ROLE", "reader"],
    ["STORAGE_REGION", "westeurope"],
    ["URL_SIGNING_KEYS", "k:0123456789abcdef"],
    ["API_TOKENS", "0123456789abcdef"],
    ["STORAGE_PROVIDER", "minio"],
    ["STORAGE_BUCKET_PREFIX", "My-Prefix"],
    ["STORAGE_BUCKET_PREFIX", "a--b"],
    ["STORAGE_BUCKET_PREFIX", "a-"],
    ["STORAGE_BUCKET_PREFIX", "a".repeat(56)],
    ["DEPLOY_NAME", "Remote"],
    ["DEPLOY_LOG_DAYS", "29"],
    ["DEPLOY_LOG_DAYS", "731"],
    ["DEPLOY_AZURE_NODE", "20"],
    ["DEPLOY_AZURE_MEMORY", "1024"],
    ["DEPLOY_AZURE_INSTANCES", "0"],
    ["DEPLOY_AZURE_INSTANCES", "1001"],
    ["DEPLOY_AZURE_REDUNDANCY", "LRS"],
    ["DEPLOY_AZURE_RESTORE_DAYS", "366"],
    ["DEPLOY_AZURE_LINKED_GROUPS", "linked"],
    ["DEPLOY_AZURE_LINKED_GROUPS", "Linked=group"],
    ["DEPLOY_AZURE_LINKED_GROUP", "linked=group"],
    ["LOG_LEVEL", "loud"],
  ])("refuse %s=%s", (name, value) => {
    expect(mistakes({ [name]: value })).toEqual([name]);
  });

  test("report every mistake at once, each setting once", () => {
    const given = { DEPLOY_NAME: "A", STORAGE_BUCKET_PREFIX: "A/", SIGNED_URL_EXPIRES: "8d" };
    expect(mistakes(given).toSorted()).toEqual(Object.keys(given).toSorted());
  });

  test("never show a secret", () => {
    expect(() => parseAzureDeployment({ API_TOKENS: "hush-0123456789abcdef" })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hush") as string }),
    );
  });
});
