import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openS3 } from "../../functions/providers/s3/provider.ts";
import { text } from "../providers/conformance/stage.ts";
import { CALLER, makeCallerAndRole } from "./caller-role.ts";
import { type Radosgw, startRadosgw } from "./radosgw.ts";
import { context, s3Config, sdk } from "./s3-subject.ts";

const BUCKET = "sessions";
const HOUR = 3600;
const readOnly = { Action: ["s3:GetObject"], Resource: [`arn:aws:s3:::${BUCKET}/allowed/*`] };

describe("a role assumed through radosgw's STS", () => {
  const [allowed, other] = [parseKey("allowed/a b.txt"), parseKey("other/a.txt")];
  let server: Radosgw;
  let bucket: Bucket;

  beforeAll(async () => {
    server = await startRadosgw();
    const owner = sdk(server);
    await owner.createBucket({ Bucket: BUCKET });
    owner.destroy();
    const own = openS3(s3Config(server), context).bucket(BUCKET);
    for (const key of [allowed, other]) await own.write(key, text(key));

    const role = makeCallerAndRole(server, "reader", readOnly);
    for (const [name, value] of Object.entries(CALLER)) vi.stubEnv(name, value);
    const credentials = { type: "role", role } as const;
    bucket = openS3(s3Config(server, { credentials }), context).bucket(BUCKET);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.stop();
  });

  const sign = async (key: typeof allowed, expires: number) =>
    bucket.sign({ method: "GET", key, expires });

  test("reads what its policy allows, and nothing else", async () => {
    expect((await bucket.read(allowed)).state).toBe("full");
    await expect(bucket.read(other)).rejects.toMatchObject({ kind: "denied" });
    await expect(bucket.write(allowed, text("x"))).rejects.toMatchObject({ kind: "denied" });
  });

  test("signs URLs that carry the session, and open what its policy allows", async () => {
    const response = await fetch((await sign(allowed, 60)).url);
    expect([response.status, await response.text()]).toEqual([200, allowed]);
    expect((await fetch((await sign(other, 60)).url)).status).toBe(403);
  });

  test("its URLs are refused without the session's token", async () => {
    const { url } = await sign(allowed, 60);
    const stripped = url.replace(/X-Amz-Security-Token=[^&]*&/, "");
    expect(stripped).not.toBe(url);
    expect((await fetch(stripped)).status).toBe(403);
  });

  test("no URL outlives the session", async () => {
    const signed = await sign(allowed, 24 * HOUR);
    expect(signed.clampedBy).toBe("credentials");
    const life = (Date.parse(signed.expiresAt) - Date.now()) / 1000;
    expect(life).toBeGreaterThan(HOUR - 120);
    expect(life).toBeLessThanOrEqual(HOUR);
  });

  test("once assumed it signs at once", () => {
    expect(bucket.sign({ method: "GET", key: allowed, expires: 60 })).not.toBeInstanceOf(Promise);
  });

  test("a role that may not be assumed is a credentials error", async () => {
    const credentials = { type: "role", role: "arn:aws:iam:::role/nobody" } as const;
    const refused = openS3(s3Config(server, { credentials }), context).bucket(BUCKET);
    await expect(refused.list()).rejects.toMatchObject({ kind: "credentials" });
  });
});
