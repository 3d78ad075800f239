import { describe, expect, test } from "vitest";
import { parseSettings } from "../../../functions/core/settings/parse-settings.ts";
import {
  SettingsError,
  type SettingsProblem,
} from "../../../functions/core/settings/settings-error.ts";

function failure(env: Record<string, string>, files: Record<string, string> = {}): SettingsError {
  const readFile = (path: string): string => {
    const content = files[path];
    if (content === undefined) throw new Error("not there");
    return content;
  };
  try {
    parseSettings(env, readFile);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error("no mistake was found");
}

const problems = (env: Record<string, string>): readonly SettingsProblem[] => failure(env).problems;

const minio = { STORAGE_PROVIDER: "minio", STORAGE_ENDPOINT: "s3.amazonaws.com" };
const azure = { STORAGE_PROVIDER: "azure", STORAGE_ACCESS_KEY: "boats" };

describe("one wrong setting", () => {
  test.each([
    ["STORAGE_PROVIDER", "ftp", "minio"],
    ["STORAGE_REGION", "eu central", "eu-central-1"],
    ["STORAGE_BUCKET_PREFIX", "../up", "letters, digits"],
    ["STORAGE_PUBLIC_ENDPOINT", "ftp://x", "http"],
    ["STORAGE_PUBLIC_ENDPOINT", "https://x/y", "without a path"],
    ["STORAGE_JUPYTER_SYNC", "maybe", "true, false"],
    ["JUPYTER_DOWNLOAD_FILES_BEFORE_START", "2", "true, false"],
    ["CACHE_PREVIEWS_SIZE", "huge", "512k"],
    ["CACHE_PREVIEWS_SIZE", "0", "512k"],
    ["CACHE_STORAGE_EXPIRES", "0s", "30s"],
    ["CACHE_IMAGE_CONVERTER_EXPIRES", "1y", "30s"],
    ["CACHE_REVALIDATE", "never", "30s"],
    ["SIGNED_URL_EXPIRES", "8d", "from 1s to 7d"],
    ["SIGNED_URL_MAX_EXPIRES", "0", "from 1s to 7d"],
    ["SIGNED_URL_WINDOW", "8d", "off"],
    ["PUBLIC_URL", "a.example", "absolute"],
    ["PUBLIC_URL", "https://a.example/#x", "fragment"],
    ["HOST", "a/b", "host name"],
    ["PORT", "65536", "0 to 65535"],
    ["PORT", "-1", "0 to 65535"],
    ["LOG_LEVEL", "loud", "debug"],
    ["CORS_ORIGINS", "https://a.example/x", "origins"],
    ["DATA_PATH", "a\0b", "folder"],
  ])("%s=%s", (name, value, expected) => {
    expect(problems({ [name]: value })).toEqual([
      { name, value: JSON.stringify(value), expected: expect.stringContaining(expected) },
    ]);
  });
});

describe("settings that do not go together", () => {
  test.each([
    ["STORAGE_ENDPOINT", "an endpoint such as", { STORAGE_PROVIDER: "minio" }],
    ["STORAGE_ENDPOINT", "the same port", { ...minio, STORAGE_ENDPOINT: "h:1", STORAGE_PORT: "2" }],
    ["STORAGE_ENDPOINT", "without a path", { ...minio, STORAGE_ENDPOINT: "https://h/minio" }],
    [
      "STORAGE_ENDPOINT",
      "without the bucket",
      { ...minio, STORAGE_ENDPOINT: "b.s3.amazonaws.com" },
    ],
    ["STORAGE_ENDPOINT", "web console", { ...minio, STORAGE_ENDPOINT: "https://portal.azure.com" }],
    ["STORAGE_ENDPOINT", "STORAGE_PROVIDER is http", { STORAGE_ENDPOINT: "s3.amazonaws.com" }],
    ["STORAGE_PORT", "1 to 65535", { ...minio, STORAGE_PORT: "tcp://10.0.0.1:9000" }],
    ["STORAGE_SECRET_KEY", "belongs to the access key", { ...minio, STORAGE_ACCESS_KEY: "a" }],
    ["STORAGE_ACCESS_KEY", "belongs to the secret key", { ...minio, STORAGE_SECRET_KEY: "a" }],
    ["STORAGE_SECRET_KEY", "belongs to the access key", { STORAGE_ACCESS_KEY: "a" }],
    [
      "STORAGE_IAM_ROLE",
      "not both",
      { ...minio, STORAGE_IAM_ROLE: "r", STORAGE_ACCESS_KEY: "a", STORAGE_SECRET_KEY: "b" },
    ],
    ["STORAGE_IAM_ROLE", "a role's name", { ...minio, STORAGE_IAM_ROLE: "arn:aws:iam::1:role/x" }],
    ["STORAGE_IAM_ROLE", "only supported for AWS S3", { ...azure, STORAGE_IAM_ROLE: "r" }],
    [
      "STORAGE_IAM_ROLE",
      "only supported for AWS S3",
      { STORAGE_PROVIDER: "google", STORAGE_IAM_ROLE: "r" },
    ],
    [
      "STORAGE_REGION",
      "the region that the endpoint names",
      {
        ...minio,
        STORAGE_ENDPOINT: "s3.eu-west-1.amazonaws.com",
        STORAGE_REGION: "us-east-1",
      },
    ],
    ["STORAGE_ACCESS_KEY", "storage account's name", { STORAGE_PROVIDER: "azure" }],
    ["STORAGE_ACCESS_KEY", "3 to 24", { STORAGE_PROVIDER: "azure", STORAGE_ACCESS_KEY: "Not_It" }],
    [
      "STORAGE_ACCESS_KEY",
      "the endpoint names (ships)",
      { ...azure, STORAGE_ENDPOINT: "ships.blob.core.windows.net" },
    ],
    ["STORAGE_SECRET_KEY", "base64", { ...azure, STORAGE_SECRET_KEY: "not!base64" }],
    [
      "SIGNED_URL_EXPIRES",
      "at most SIGNED_URL_MAX_EXPIRES",
      { SIGNED_URL_EXPIRES: "2h", SIGNED_URL_MAX_EXPIRES: "1h" },
    ],
    [
      "SIGNED_URL_WINDOW",
      "at most SIGNED_URL_MAX_EXPIRES",
      { SIGNED_URL_WINDOW: "2h", SIGNED_URL_MAX_EXPIRES: "1h" },
    ],
    ["STORAGE_ENDPOINT", "placeholder", { ...minio, STORAGE_ENDPOINT: "https://<account name>.x" }],
    [
      "STORAGE_SECRET_KEY",
      "placeholder",
      { ...minio, STORAGE_ACCESS_KEY: "a", STORAGE_SECRET_KEY: "<hidden>" },
    ],
  ])("%s: %s", (name, expected, env) => {
    expect(problems(env)).toEqual([
      expect.objectContaining({ name, expected: expect.stringContaining(expected) }),
    ]);
  });
});

describe("the report", () => {
  test("holds all mistakes at once", () => {
    const { report, problems: found } = failure({
      ...minio,
      STORAGE_PORT: "x",
      STORAGE_ACCESS_KEY: "a",
      CACHE_STORAGE_SIZE: "big",
      PORT: "http",
    });
    expect(found.map(({ name }) => name)).toEqual([
      "STORAGE_PORT",
      "STORAGE_SECRET_KEY",
      "PORT",
      "CACHE_STORAGE_SIZE",
    ]);
    expect(report).toContain("4 settings are wrong:\n");
    expect(report).toContain('  PORT is "http": expected a port from 0 to 65535');
    expect(report).toContain("  STORAGE_SECRET_KEY is not set: expected");
  });

  test.each([
    ["STORAGE_ACESS_KEY", "STORAGE_ACCESS_KEY"],
    ["STORAGE_ENDPIONT", "STORAGE_ENDPOINT"],
    ["CACHE_PREVIEW_SIZE", "CACHE_PREVIEWS_SIZE"],
    ["SIGNED_URL_EXPIRE", "SIGNED_URL_EXPIRES"],
    ["STORAGE_SECRET_KEY_FLIE", "STORAGE_SECRET_KEY_FILE"],
    ["REMOTE_LINKS_FILES", "REMOTE_LINKS_FILE"],
  ])("%s: did you mean %s?", (name, meant) => {
    expect(problems({ [name]: "s3cret" })).toEqual([
      { name, value: "(hidden)", expected: `a known name; did you mean ${meant}?` },
    ]);
  });

  test("names that are nobody's typo are not judged", () => {
    const env = {
      STORAGE_CLASS: "x",
      CACHE_DIR: "/c",
      JUPYTER_TOKEN: "t",
      STORAGE_HOST: "h",
      PATH: "/",
    };
    expect(() => parseSettings(env, () => "")).not.toThrow();
  });

  test("never shows a secret", () => {
    const secret = "s3cret+s3cret/";
    const { report } = failure({
      ...azure,
      STORAGE_ENDPOINT: `https://user:${secret}@boats.blob.core.windows.net`,
      STORAGE_SECRET_KEY: secret,
      API_TOKENS: secret,
      URL_SIGNING_KEYS: `id:${secret},`,
      STORAGE_SECRETKEY: secret,
      STORAGE_PUBLIC_ENDPOINT: `https://boats.blob.core.windows.net/?sig=${secret}`,
      PUBLIC_URL: `https://user:${secret}@a.example`,
    });
    expect(report).not.toContain("s3cret");
    expect(report.match(/\(hidden\)/g)?.length).toBeGreaterThanOrEqual(6);
  });
});

describe("secrets in files", () => {
  const env = { ...minio, STORAGE_ACCESS_KEY: "a", STORAGE_SECRET_KEY_FILE: "/run/secret" };

  test("are read and trimmed", () => {
    const { storage } = parseSettings(env, (path) => `${path}\n`);
    expect(storage).toMatchObject({ credentials: { secretKey: "/run/secret" } });
  });

  test.each([
    [env, {}, "STORAGE_SECRET_KEY_FILE", "can be read"],
    [env, { "/run/secret": " \n" }, "STORAGE_SECRET_KEY_FILE", "not empty"],
    [{ ...env, STORAGE_SECRET_KEY: "b" }, { "/run/secret": "b" }, "STORAGE_SECRET_KEY", "not both"],
    [{ API_TOKENS_FILE: "/t" }, { "/t": "short" }, "API_TOKENS", "at least 16"],
  ])("%j with %j", (given, files, name, expected) => {
    expect(failure(given, files).problems).toEqual([
      expect.objectContaining({ name, expected: expect.stringContaining(expected) }),
    ]);
  });

  test("only secrets have them", () => {
    expect(() => parseSettings({ HOST_FILE: "/x" }, () => "0.0.0.0")).not.toThrow();
    expect(parseSettings({ HOST_FILE: "/x" }, () => "0.0.0.0").host).toBe("127.0.0.1");
  });
});
