import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openS3 } from "../../../functions/providers/s3/provider.ts";
import { configOf, contextOf } from "./config.ts";

const key = parseKey("photo.jpg");
const NOW = new Date("2026-11-22T12:00:00Z");
const now = () => NOW;
const inHome = async () => new Response(null, { headers: { "x-amz-bucket-region": "home" } });

describe("signing", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("with keys and a region answers at once", () => {
    const config = configOf("s3.amazonaws.com", { region: "eu-central-1" });
    const bucket = openS3(config, contextOf({ now })).bucket("cars");
    const signed = bucket.sign({ method: "GET", key, expires: 60 });
    expect(signed).not.toBeInstanceOf(Promise);
    expect(signed).toMatchObject({ method: "GET", expiresAt: "2026-11-22T12:01:00Z" });
  });

  test("with keys and a region loads no SDK", async () => {
    const script = `
      import { openS3 } from "./functions/providers/s3/provider.ts";
      import { findPackageJSON, registerHooks } from "node:module";
      registerHooks({ load(url, context, next) {
        if (url.includes("/node_modules/@aws-sdk/")) throw new Error(url);
        return next(url, context);
      } });
      const endpoint = { protocol: "https:", hostname: "s3.amazonaws.com", origin: "https://s3.amazonaws.com" };
      const credentials = { type: "keys", accessKey: "a", secretKey: "b" };
      const policy = { maxExpires: 3600, window: 0 };
      const bucket = openS3(
        { kind: "minio", endpoint, region: "eu-west-1", credentials },
        { now: () => new Date(), policy, fetch },
      ).bucket("cars");
      console.log(bucket.sign({ method: "GET", key: "k", expires: 60 }).method);
      console.log(await bucket.stat("k").catch((error) => error.cause.message.includes("@aws-sdk")));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script]);
    // The second line shows that the hook would have seen it.
    expect(stdout.split("\n").slice(0, 2)).toEqual(["GET", "true"]);
  });

  const temporary = {
    AWS_ACCESS_KEY_ID: "ASIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "the/token+",
  };
  const ambient = configOf("s3.amazonaws.com", {
    region: "eu-central-1",
    credentials: { type: "ambient" },
  });
  const signFor = (expires: number, env: Record<string, string>) =>
    openS3(ambient, contextOf({ now, env })).bucket("cars").sign({ method: "GET", key, expires });

  test("with the environment's own keys answers at once", () => {
    expect(signFor(60, temporary)).toMatchObject({
      url: expect.stringContaining("X-Amz-Security-Token=the%2Ftoken%2B&"),
      expiresAt: "2026-11-22T12:01:00Z",
    });
  });

  test("with temporary keys that do not tell their end promises an hour, and says so", () => {
    expect(signFor(3600, temporary)).not.toHaveProperty("clampedBy");
    expect(signFor(3601, temporary)).toMatchObject({
      url: expect.stringContaining("X-Amz-Expires=3600&"),
      expiresAt: "2026-11-22T13:00:00Z",
      clampedBy: "credentials",
    });
  });

  test("with temporary keys whose end the environment tells ends with them", () => {
    const env = { ...temporary, AWS_CREDENTIAL_EXPIRATION: "2026-11-22T12:30:00Z" };
    expect(signFor(3600, env)).toMatchObject({
      expiresAt: "2026-11-22T12:30:00Z",
      clampedBy: "credentials",
    });
    const ended = { ...temporary, AWS_CREDENTIAL_EXPIRATION: "2026-11-22T12:00:00Z" };
    expect(() => signFor(60, ended)).toThrow("nothing can be signed beyond 2026-11-22T12:00:00Z");
  });

  test("with ambient credentials asks the SDK's chain, and signs the session token", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    vi.stubEnv("AWS_SESSION_TOKEN", "the/token+");
    const config = configOf("s3.amazonaws.com", {
      region: "eu-central-1",
      credentials: { type: "ambient" },
    });
    const bucket = openS3(config, contextOf({ now })).bucket("cars");
    const signed = await bucket.sign({ method: "GET", key, expires: 60 });
    expect(signed.url).toContain("X-Amz-Credential=ASIAEXAMPLE%2F");
    expect(signed.url).toContain("X-Amz-Security-Token=the%2Ftoken%2B&");
    expect(bucket.sign({ method: "GET", key, expires: 60 })).not.toBeInstanceOf(Promise);
  });

  test("without any ambient credentials is a credentials error that says what to do", async () => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) {
      vi.stubEnv(name, undefined);
    }
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
    vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent");
    const config = configOf("s3.amazonaws.com", {
      region: "eu-central-1",
      credentials: { type: "ambient" },
    });
    const bucket = openS3(config, contextOf()).bucket("cars");
    const signing = async () => bucket.sign({ method: "GET", key, expires: 60 });
    await expect(signing).rejects.toMatchObject({
      kind: "credentials",
      message: expect.stringContaining("configure an access key"),
    });
  });

  test("names the public endpoint, whose port is signed", async () => {
    const publicEndpoint = configOf("http://files.example.com:8443").endpoint;
    const config = configOf("http://minio:9000", { publicEndpoint });
    const bucket = openS3(config, contextOf()).bucket("cars");
    expect(await bucket.sign({ method: "GET", key, expires: 60 })).toMatchObject({
      url: expect.stringMatching(/^http:\/\/files\.example\.com:8443\/cars\/photo\.jpg\?/),
    });
  });

  test("for a region that the store tells", async () => {
    const bucket = openS3(configOf("http://minio:9000"), contextOf({ fetch: inHome })).bucket(
      "cars",
    );
    const signed = await bucket.sign({ method: "GET", key, expires: 60 });
    expect(signed.url).toContain("%2Fhome%2Fs3%2F");
    expect(bucket.sign({ method: "GET", key, expires: 60 })).not.toBeInstanceOf(Promise);
  });
});
