import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { STS } from "@aws-sdk/client-sts";
import { parseRemoteLinks } from "@remote-storage/core/links/remote-links.ts";
import type { SignedRequest } from "@remote-storage/core/signing/signed-request.ts";
import { type ObjectKey, parseKey } from "@remote-storage/core/storage/key.ts";
import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openS3 } from "../../functions/providers/s3/provider.ts";
import { openPlace } from "../local/command.ts";
import { text } from "../providers/conformance/stage.ts";
import { type InstanceKeys, startInstanceMetadata } from "../support/instance-metadata.ts";
import { CALLER, makeCallerAndRole } from "./caller-role.ts";
import { type Radosgw, startRadosgw } from "./radosgw.ts";
import { context, s3Config, sdk } from "./s3-subject.ts";
import { serveCommand } from "./serve-command.ts";

const ROLE = "arn:aws:iam:::role/service";
const BUCKETS = ["remote-storage-public", "remote-storage-private", "linked"];
/** The role itself may do anything in the buckets: what is refused, the session's policy refuses. */
const allowed = { Action: ["s3:*"], Resource: ["arn:aws:s3:::*"] };

const remoteLinks = (endpoint: string) => `
shared:
  provider: minio
  endpoint: ${endpoint}
  region: us-east-1
  iam_role: ${ROLE}
  session_duration: 15m
  buckets:
    - linked/team-a/
`;

const sign = async (bucket: Bucket, key: ObjectKey) =>
  bucket.sign({ method: "GET", key, expires: 3600 });

async function statusOf({ url }: SignedRequest): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}

describe("a service with a role and no key in its settings, on radosgw", () => {
  const [inside, outside] = [parseKey("team-a/a b.txt"), parseKey("team-b/a.txt")];
  let server: Radosgw;

  beforeAll(async () => {
    server = await startRadosgw();
    const owner = sdk(server);
    for (const Bucket of BUCKETS) await owner.createBucket({ Bucket });
    owner.destroy();
    const linked = openS3(s3Config(server), context).bucket("linked");
    for (const key of [inside, outside]) await linked.write(key, text(key));
    makeCallerAndRole(server, "service", allowed);
  });
  afterAll(() => server.stop());

  const settings = () => ({
    STORAGE_PROVIDER: "minio",
    STORAGE_ENDPOINT: server.endpoint,
    STORAGE_REGION: "us-east-1",
  });

  /** What an instance has when the role is attached to it. */
  async function instanceKeys(): Promise<InstanceKeys> {
    const sts = new STS({
      region: "us-east-1",
      endpoint: server.endpoint,
      credentials: {
        accessKeyId: CALLER.AWS_ACCESS_KEY_ID,
        secretAccessKey: CALLER.AWS_SECRET_ACCESS_KEY,
      },
    });
    const { Credentials: session } = await sts.assumeRole({
      RoleArn: ROLE,
      RoleSessionName: "i-0123456789",
      DurationSeconds: 900,
    });
    return {
      accessKey: session?.AccessKeyId ?? "",
      secretKey: session?.SecretAccessKey ?? "",
      token: session?.SessionToken ?? "",
      expiresAt: session?.Expiration ?? new Date(0),
    };
  }

  const waysIn: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
    "instance metadata": async () => {
      const keys = await instanceKeys();
      const metadata = await startInstanceMetadata(() => keys);
      onTestFinished(() => metadata.close());
      return { AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url };
    },
    "the environment": async () => ({ ...CALLER, STORAGE_IAM_ROLE: ROLE }),
  };

  test.each(Object.entries(waysIn))("stores, lists and signs by way of %s", async (_, way) => {
    const place = await openPlace();
    const service = await serveCommand(place, { ...settings(), ...(await way()) });
    const path = "/objects/private/cats/1.txt";
    const put = (await service.json(`${path}?redirect=false`, { method: "PUT" })) as SignedRequest;
    const stored = await fetch(put.url, { method: "PUT", headers: put.headers, body: "meow" });
    expect(stored.status).toBe(200);
    expect(await service.json("/objects/private?prefix=cats/")).toMatchObject({
      objects: [{ key: "cats/1.txt", size: 4 }],
    });
    const get = (await service.json(`${path}?redirect=false&expires=1d`)) as SignedRequest;
    expect(await (await fetch(get.url)).text()).toBe("meow");
    expect(get.clampedBy).toBe("credentials");
    const life = (Date.parse(get.expiresAt) - Date.now()) / 1000;
    expect(life).toBeLessThanOrEqual(3600);
    expect(life).toBeGreaterThan(600);
    expect(JSON.stringify([put, get])).not.toContain("CALLER");
  });

  test("resolves links by an entry's role, in its prefix alone", async () => {
    const place = await openPlace();
    await writeFile(join(place.folder, "remote_links.yml"), remoteLinks(server.endpoint));
    const { code, stdout } = await place.run(["resolve", "-", "--format", "urls"], {
      env: { ...CALLER },
      input: `shared://linked/${inside}\nshared://linked/${outside}\n`,
    });
    expect(code).toBe(1);
    const urls = stdout
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("http"));
    expect(urls).toHaveLength(1);
    expect(await (await fetch(urls[0] ?? "")).text()).toBe(inside);
  });

  /** The entry's bucket, in sessions of so many seconds. */
  function open(seconds?: number): Bucket {
    const { entries } = parseRemoteLinks(remoteLinks(server.endpoint), {});
    const config = entries[0]?.config as S3Config;
    const credentials = {
      ...config.credentials,
      ...(seconds !== undefined && { sessionDuration: seconds }),
    } as S3Config["credentials"];
    return openS3({ ...config, credentials }, { ...context, env: CALLER }).bucket("linked");
  }

  describe("the session of an entry", () => {
    test("reads, writes and lists in the configured prefix", async () => {
      const bucket = open();
      expect(await statusOf(await sign(bucket, inside))).toBe(200);
      expect((await bucket.list({ prefix: "team-a/" })).objects).toHaveLength(1);
      const key = parseKey("team-a/new.txt");
      await bucket.write(key, text("new"));
      await bucket.remove(key);
    });

    test("is refused outside of it, though the role is not", async () => {
      const bucket = open();
      expect(await statusOf(await sign(bucket, outside))).toBe(403);
      const denied = { kind: "denied" };
      await expect(bucket.read(outside)).rejects.toMatchObject(denied);
      await expect(bucket.write(outside, text("x"))).rejects.toMatchObject(denied);
      await expect(bucket.list()).rejects.toMatchObject(denied);
      await expect(bucket.list({ prefix: "team-b/" })).rejects.toMatchObject(denied);
      await expect(bucket.list({ prefix: "team-" })).rejects.toMatchObject(denied);
      const other = openS3(s3Config(server), context).bucket("linked");
      expect((await other.stat(outside)).size).toBe(outside.length);
    });

    test("ends when it says, and signing goes on in a new one", async () => {
      const bucket = open(4);
      const first = await sign(bucket, inside);
      expect(first.clampedBy).toBe("credentials");
      expect(await statusOf(first)).toBe(200);
      const end = Date.parse(first.expiresAt);
      await expect.poll(async () => statusOf(first), { timeout: 20_000, interval: 200 }).toBe(403);
      expect(Date.now()).toBeGreaterThanOrEqual(end);
      expect(Date.now()).toBeLessThan(end + 3000);
      const second = await sign(bucket, inside);
      expect(Date.parse(second.expiresAt)).toBeGreaterThan(end);
      expect(await statusOf(second)).toBe(200);
      expect(second.url).not.toBe(first.url);
    });
  });
});
