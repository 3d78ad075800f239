import { describe, expect, test } from "vitest";
import { parseSettings } from "../../../functions/core/settings/parse-settings.ts";

const noFiles = (): string => {
  throw new Error("no files");
};

const parse = (env: Record<string, string>) => parseSettings(env, noFiles);

describe("settings", () => {
  test("the defaults", () => {
    expect(parse({})).toEqual({
      storage: { kind: "http", region: "us-east-1" },
      buckets: { public: "remote-storage-public", private: "remote-storage-private" },
      dataPath: "./data",
      host: "127.0.0.1",
      port: 8080,
      logLevel: "info",
      corsOrigins: [],
      limits: {},
      linkFetch: { allow: { names: [], networks: [] }, deny: { names: [], networks: [] } },
      signing: { defaultExpires: 3600, maxExpires: 604_800, window: 0 },
      caches: {
        previews: { size: 1_073_741_824, expires: 43_200 },
        storage: { size: 10_737_418_240, expires: 604_800 },
        imageConverter: { size: 10_737_418_240, expires: 604_800 },
        revalidate: 600,
      },
      jupyter: { sync: false, downloadBeforeStart: false },
    });
  });

  test("S3 as the original's .env has it", () => {
    const { storage, jupyter } = parse({
      JUPYTER_DOWNLOAD_FILES_BEFORE_START: "true",
      STORAGE_JUPYTER_SYNC: "true",
      STORAGE_PROVIDER: "minio",
      STORAGE_ENDPOINT: "s3.amazonaws.com",
      STORAGE_PORT: "443",
      STORAGE_ACCESS_KEY: "AKIDEXAMPLE",
      STORAGE_SECRET_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    });
    expect(jupyter).toEqual({ sync: true, downloadBeforeStart: true });
    expect(storage).toEqual({
      kind: "minio",
      endpoint: {
        protocol: "https:",
        hostname: "s3.amazonaws.com",
        origin: "https://s3.amazonaws.com",
      },
      credentials: {
        type: "keys",
        accessKey: "AKIDEXAMPLE",
        secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
      },
    });
  });

  test("Azure as the original's .env has it", () => {
    const { storage } = parse({
      JUPYTER_DOWNLOAD_FILES_BEFORE_START: "true",
      STORAGE_JUPYTER_SYNC: "true",
      STORAGE_ACCESS_KEY: "boats",
      STORAGE_ENDPOINT: "https://boats.blob.core.windows.net",
      STORAGE_PROVIDER: "azure",
      STORAGE_SECRET_KEY: "c2VjcmV0",
    });
    expect(storage).toMatchObject({
      kind: "azure",
      account: "boats",
      basePath: "",
      endpoint: { origin: "https://boats.blob.core.windows.net" },
      credentials: { type: "keys", accessKey: "boats", secretKey: "c2VjcmV0" },
    });
  });

  test("a role instead of keys", () => {
    const { storage } = parse({
      STORAGE_PROVIDER: "minio",
      STORAGE_ENDPOINT: "s3.amazonaws.com",
      STORAGE_IAM_ROLE: "reader",
    });
    expect(storage).toMatchObject({
      credentials: {
        type: "role",
        role: "reader",
        places: [
          { bucket: "remote-storage-public", prefix: "" },
          { bucket: "remote-storage-private", prefix: "" },
        ],
      },
    });
  });

  test.each([
    [{ STORAGE_REGION: "eu-west-1" }, "https://s3.amazonaws.com", "eu-west-1"],
    [
      { STORAGE_ENDPOINT: "s3.eu-west-1.amazonaws.com" },
      "https://s3.eu-west-1.amazonaws.com",
      "eu-west-1",
    ],
    [{ STORAGE_ENDPOINT: "http://127.0.0.1:9000" }, "http://127.0.0.1:9000", undefined],
  ])("S3 with the ambient identity: %j", (env, origin, region) => {
    const { storage } = parse({ STORAGE_PROVIDER: "minio", ...env });
    expect(storage).toMatchObject({ endpoint: { origin }, credentials: { type: "ambient" } });
    expect("region" in storage ? storage.region : undefined).toBe(region);
  });

  test.each([
    [{ STORAGE_ACCESS_KEY: "boats" }, "https://boats.blob.core.windows.net", ""],
    [
      { STORAGE_ENDPOINT: "boats.blob.core.windows.net" },
      "https://boats.blob.core.windows.net",
      "",
    ],
    [
      { STORAGE_ENDPOINT: "http://127.0.0.1:10000/boats", STORAGE_ACCESS_KEY: "boats" },
      "http://127.0.0.1:10000",
      "/boats",
    ],
  ])("Azure with the managed identity: %j", (env, origin, basePath) => {
    expect(parse({ STORAGE_PROVIDER: "azure", ...env }).storage).toMatchObject({
      account: "boats",
      basePath,
      endpoint: { origin },
      credentials: { type: "ambient" },
    });
  });

  test("Google with HMAC keys, or what the place gives", () => {
    expect(parse({ STORAGE_PROVIDER: "google" }).storage).toEqual({
      kind: "google",
      credentials: { type: "ambient" },
    });
    expect(
      parse({ STORAGE_PROVIDER: "google", STORAGE_ACCESS_KEY: "G", STORAGE_SECRET_KEY: "s" })
        .storage,
    ).toMatchObject({ credentials: { type: "keys", accessKey: "G", secretKey: "s" } });
  });

  test("an empty value is absent, white space around a value is not part of it", () => {
    const settings = parse({ STORAGE_PROVIDER: "", PORT: " 0 ", CACHE_STORAGE_SIZE: "  " });
    expect(settings).toMatchObject({ storage: { kind: "http" }, port: 0 });
  });

  test("the public addresses", () => {
    expect(
      parse({
        PUBLIC_URL: "https://a.example/storage/",
        STORAGE_PUBLIC_ENDPOINT: "b.example:9000",
      }),
    ).toMatchObject({
      publicUrl: "https://a.example/storage",
      storage: { publicOrigin: "http://b.example:9000" },
    });
  });

  test("a window, or none", () => {
    expect(parse({ SIGNED_URL_WINDOW: "15m" }).signing.window).toBe(900);
    expect(parse({ SIGNED_URL_WINDOW: "off" }).signing.window).toBe(0);
  });

  test("nothing in the result can be changed", () => {
    const settings = parse({ API_TOKENS: "abcdefgh12345678" });
    const frozen = (value: unknown): boolean =>
      typeof value !== "object" ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(settings)).toBe(true);
  });
});
