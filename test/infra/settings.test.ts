import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";
import { describe, expect, test } from "vitest";
import { parseDeployment } from "../../infra/settings.ts";
import { EVERYTHING } from "./everything.ts";

const mistakes = (given: Readonly<Record<string, string>>): readonly string[] => {
  try {
    parseDeployment(given);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).problems.map(({ name }) => name);
  }
};

describe("the settings of a deployment", () => {
  test("need nothing", () => {
    expect(parseDeployment({})).toMatchObject({
      name: "remote-storage",
      bucketPrefix: undefined,
      restApi: false,
      callers: [],
      logDays: 30,
      tags: {},
      passed: {},
    });
  });

  test("are all read", () => {
    expect(parseDeployment(EVERYTHING)).toMatchObject({
      bucketPrefix: "vision",
      restApi: true,
      domain: { name: "pictures.example.com" },
      apiDomain: { name: "storage.example.com" },
      callers: ["444455556666", "arn:aws:iam::777788889999:role/labelling"],
      tags: { team: "vision", "cost-centre": "42" },
      service: { signing: { maxExpires: 43_200 }, corsOrigins: ["https://app.example.com"] },
    });
  });

  test("reach the functions as they were given", () => {
    const given = { CACHE_STORAGE_SIZE: "5g", LOG_LEVEL: "warn", SIGNED_URL_EXPIRES: "15m" };
    const local = { HOST: "tcp://nowhere", PORT: "x", DATA_PATH: "/data", PATH: "/bin" };
    expect(parseDeployment({ ...given, ...local }).passed).toEqual(given);
  });

  test.each([
    ["STORAGE_ACCESS_KEY", "AKIA"],
    ["STORAGE_SECRET_KEY", "secret"],
    ["STORAGE_ENDPOINT", "minio.example.com"],
    ["STORAGE_REGION", "eu-central-1"],
    ["URL_SIGNING_KEYS", "k:0123456789abcdef"],
    ["API_TOKENS", "0123456789abcdef"],
    ["STORAGE_PROVIDER", "azure"],
    ["STORAGE_BUCKET_PREFIX", "My_Prefix"],
    ["STORAGE_BUCKET_PREFIX", "a".repeat(52)],
    ["DEPLOY_NAME", "Remote"],
    ["DEPLOY_LOG_DAYS", "31"],
    ["DEPLOY_CALLERS", "*"],
    ["DEPLOY_CALLERS", "arn:aws:iam::444455556666:root"],
    ["DEPLOY_KMS_KEY", "alias/mine"],
    [
      "DEPLOY_CERTIFICATE",
      "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
    ],
    ["DEPLOY_REST_APIS", "true"],
    ["DEPLOY_MIGRATION_FROM", "cars://cars/2020"],
    ["DEPLOY_MIGRATION_WORKERS", "0"],
    ["DEPLOY_MIGRATION_WORKERS", "10001"],
    ["DEPLOY_MIGRATION_TOLERATED", "some"],
    ["LOG_LEVEL", "loud"],
  ])("refuse %s=%s", (name, value) => {
    expect(mistakes({ [name]: value })).toContain(name);
  });

  test("report every mistake at once, each setting once", () => {
    const given = { DEPLOY_NAME: "A", STORAGE_BUCKET_PREFIX: "A/", SIGNED_URL_EXPIRES: "8d" };
    expect(mistakes(given).toSorted()).toEqual(Object.keys(given).toSorted());
  });

  test("want a certificate for a domain, and a REST API for its domain", () => {
    const { DEPLOY_API_DOMAIN = "", DEPLOY_API_CERTIFICATE = "" } = EVERYTHING;
    const pictures = { DEPLOY_DOMAIN: "a.example.com" };
    expect(mistakes(pictures)).toEqual(["DEPLOY_CERTIFICATE"]);
    const { DEPLOY_DOMAIN = "", DEPLOY_CERTIFICATE = "" } = EVERYTHING;
    expect(mistakes({ DEPLOY_PICTURES: "false", DEPLOY_DOMAIN, DEPLOY_CERTIFICATE })).toEqual([
      "DEPLOY_DOMAIN",
    ]);
    expect(mistakes({ DEPLOY_API_DOMAIN, DEPLOY_API_CERTIFICATE })).toEqual(["DEPLOY_API_DOMAIN"]);
  });

  test("want both sides of a migration, and two of them", () => {
    const [from, to] = [
      { DEPLOY_MIGRATION_FROM: "private/a/" },
      { DEPLOY_MIGRATION_TO: "public/" },
    ];
    expect(mistakes(from)).toEqual(["DEPLOY_MIGRATION_TO"]);
    expect(mistakes(to)).toEqual(["DEPLOY_MIGRATION_FROM"]);
    expect(mistakes({ ...from, DEPLOY_MIGRATION_TO: "private/a/" })).toEqual([
      "DEPLOY_MIGRATION_TO",
    ]);
    expect(mistakes({ ...from, ...to })).toEqual([]);
  });

  test("never show a secret", () => {
    expect(() => parseDeployment({ API_TOKENS: "hush-0123456789abcdef" })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hush") as string }),
    );
  });
});
