import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { environmentCredentials, loadAmbient } from "../../../functions/providers/s3/ambient.ts";
import { startInstanceMetadata } from "../../support/instance-metadata.ts";
import { listen, type Listening } from "../../support/listen.ts";
import { startSts } from "../../support/sts.ts";

const END = new Date(Math.ceil(Date.now() / 1000) * 1000 + 6 * 3_600_000);

describe("what the place gives", () => {
  let folder = "";
  const servers: Listening[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ambient-"));
    for (const name of Object.keys(process.env)) {
      if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
    }
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
    vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const server of servers.splice(0)) await server.close();
    await rm(folder, { recursive: true });
  });
  const serve = <T extends Listening>(server: T): T => {
    servers.push(server);
    return server;
  };

  test("instance metadata, version 2, with its end", async () => {
    const keys = { accessKey: "ASIAINSTANCE", secretKey: "s", token: "t", expiresAt: END };
    const metadata = serve(await startInstanceMetadata(() => keys));
    vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url);
    expect(await loadAmbient("eu-west-1")).toEqual({
      accessKeyId: "ASIAINSTANCE",
      secretAccessKey: "s",
      sessionToken: "t",
      expiresAt: END,
    });
    expect(metadata.requests[0]).toBe("PUT /latest/api/token");
    expect(metadata.requests.at(-1)).toMatch(/^GET .*\/iam\/security-credentials\/worker$/);
  });

  test("instance metadata that gives what has ended: its true end, not the SDK's", async () => {
    const past = new Date("2026-01-01T00:00:00Z");
    const keys = { accessKey: "ASIAOLD", secretKey: "s", token: "t", expiresAt: past };
    const metadata = serve(await startInstanceMetadata(() => keys));
    vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url);
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    expect((await loadAmbient("eu-west-1")).expiresAt).toEqual(past);
    warn.mockRestore();
  });

  test("a container's endpoint, with the token that it wants", async () => {
    const server = serve(
      await listen((request, response) => {
        if (request.headers.authorization !== "container-token") response.writeHead(401).end();
        else {
          const keys = { AccessKeyId: "ASIATASK", SecretAccessKey: "s", Token: "t" };
          response.end(JSON.stringify({ ...keys, Expiration: END.toISOString() }));
        }
      }),
    );
    vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", `${server.url}/v1/credentials`);
    vi.stubEnv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-token");
    expect(await loadAmbient("eu-west-1")).toMatchObject({
      accessKeyId: "ASIATASK",
      expiresAt: END,
    });
  });

  test("a web identity, exchanged at the STS that the environment names", async () => {
    const sts = serve(await startSts({ keys: {}, roles: {}, webToken: "jwt" }));
    await writeFile(join(folder, "token"), "jwt");
    vi.stubEnv("AWS_WEB_IDENTITY_TOKEN_FILE", join(folder, "token"));
    vi.stubEnv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod");
    vi.stubEnv("AWS_ENDPOINT_URL_STS", sts.url);
    const { accessKeyId, expiresAt } = await loadAmbient("eu-west-1");
    expect(accessKeyId).toBe("ASIA1");
    expect(expiresAt).toBeInstanceOf(Date);
    expect(sts.calls[0]?.get("RoleArn")).toBe("arn:aws:iam::123456789012:role/pod");
  });

  test("a profile", async () => {
    const lines = "[team]\naws_access_key_id=AKIAPROFILE\naws_secret_access_key=s\n";
    await writeFile(join(folder, "credentials"), lines);
    vi.stubEnv("AWS_PROFILE", "team");
    expect(await loadAmbient("eu-west-1")).toEqual({
      accessKeyId: "AKIAPROFILE",
      secretAccessKey: "s",
    });
  });

  test("nothing at all is a credentials error that says what to do", async () => {
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    await expect(loadAmbient("eu-west-1")).rejects.toMatchObject({
      kind: "credentials",
      message: expect.stringContaining("configure an access key"),
    });
  });
});

describe("the environment's own keys", () => {
  const keys = { AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "s" };
  const read = { accessKeyId: "A", secretAccessKey: "s" };
  const end = "2026-11-22T13:00:00Z";

  test.each([
    [keys, read],
    [
      { ...keys, AWS_SESSION_TOKEN: "t" },
      { ...read, sessionToken: "t" },
    ],
    [
      { ...keys, AWS_CREDENTIAL_EXPIRATION: end },
      { ...read, expiresAt: new Date(end) },
    ],
    [{ ...keys, AWS_CREDENTIAL_EXPIRATION: "soon" }, read],
    [{ ...keys, AWS_SESSION_TOKEN: "", AWS_PROFILE: "" }, read],
  ])("%j", (env, credentials) => {
    expect(environmentCredentials(env)).toEqual(credentials);
  });

  test.each([
    {},
    { AWS_ACCESS_KEY_ID: "A" },
    { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "s" },
    { ...keys, AWS_PROFILE: "team" },
  ])("%j are none, or not the first to be taken", (env) => {
    expect(environmentCredentials(env)).toBeUndefined();
  });
});
