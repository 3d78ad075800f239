import type { RoleCredentials } from "@remote-storage/core/storage/provider-config.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openS3 } from "../../../functions/providers/s3/provider.ts";
import { startSts, type Sts } from "../../support/sts.ts";
import { configOf, contextOf } from "./config.ts";

const START = Date.parse("2026-11-22T12:00:00Z");
const MINUTE = 60_000;
const HOUR = 3600;
const READER = "arn:aws:iam::123456789012:role/reader";
const key = parseKey("photo.jpg");

const sessionOf = (url: string) => /X-Amz-Credential=(\w+)%2F/.exec(url)?.[1];

describe("signing in a role's session", () => {
  let time = START;
  let sts: Sts;
  const now = () => new Date(time);

  beforeEach(async () => {
    time = START;
    const roles = { [READER]: { longest: 12 * HOUR } };
    sts = await startSts({ keys: { AKIAWORKER: "worker" }, roles, now });
  });
  afterEach(() => sts.close());

  /** A bucket at AWS itself, whose STS is ours by way of the environment. */
  function open(more: Partial<RoleCredentials> = {}, extra: Record<string, string> = {}) {
    const credentials = { type: "role", role: READER, ...more } as const;
    const env = {
      AWS_ACCESS_KEY_ID: "AKIAWORKER",
      AWS_SECRET_ACCESS_KEY: "worker",
      AWS_ENDPOINT_URL_STS: sts.url,
      ...extra,
    };
    const config = configOf("s3.amazonaws.com", { region: "eu-central-1", credentials });
    return openS3(config, contextOf({ now, env })).bucket("cars");
  }
  type Opened = ReturnType<typeof open>;
  const sign = async (bucket: Opened, expires: number) =>
    bucket.sign({ method: "GET", key, expires });

  test("no URL ever outlives its session, and what is cut short says so", async () => {
    const bucket = open();
    for (let minute = 0; minute < 600; minute += 7) {
      time = START + minute * MINUTE;
      for (const expires of [60, 30 * 60, HOUR, 24 * HOUR]) {
        const { url, expiresAt, clampedBy } = await sign(bucket, expires);
        const session = Number(sessionOf(url)?.slice(4));
        const life = (Date.parse(expiresAt) - time) / 1000;
        expect(Date.parse(expiresAt)).toBeLessThanOrEqual(sts.ends[session - 1]?.getTime() ?? 0);
        expect(life).toBeGreaterThan(0);
        expect(life).toBeLessThanOrEqual(expires);
        expect(clampedBy).toBe(life < expires ? "credentials" : undefined);
        expect(Number(/X-Amz-Expires=(\d+)/.exec(url)?.[1])).toBe(life);
      }
    }
  });

  test("a thousand signatures assume it once", async () => {
    const bucket = open();
    const all = await Promise.all(Array.from({ length: 1000 }, async () => sign(bucket, HOUR)));
    expect(new Set(all.map(({ url }) => sessionOf(url)))).toEqual(new Set(["ASIA1"]));
    expect(sts.calls).toHaveLength(1);
    expect(bucket.sign({ method: "GET", key, expires: HOUR })).not.toBeInstanceOf(Promise);
  });

  test("after its end goes on in a new one", async () => {
    const bucket = open();
    expect(sessionOf((await sign(bucket, HOUR)).url)).toBe("ASIA1");
    time += 61 * MINUTE;
    const { url, expiresAt } = await sign(bucket, HOUR);
    expect(sessionOf(url)).toBe("ASIA2");
    expect(expiresAt).toBe("2026-11-22T14:01:00Z");
  });

  test("goes on to its end while STS is out of order, then fails, then recovers", async () => {
    const bucket = open();
    await sign(bucket, HOUR);
    sts.break(403, "AccessDenied");
    time = START + 59 * MINUTE;
    const last = await sign(bucket, HOUR);
    expect([sessionOf(last.url), last.expiresAt]).toEqual(["ASIA1", "2026-11-22T13:00:00Z"]);
    time = START + 60 * MINUTE;
    await expect(sign(bucket, HOUR)).rejects.toMatchObject({ kind: "credentials" });
    sts.break();
    time += MINUTE;
    expect(sessionOf((await sign(bucket, HOUR)).url)).toBe("ASIA2");
  });

  test("lasts twelve hours where role and settings say so", async () => {
    const signed = await sign(open({ sessionDuration: 12 * HOUR }), 24 * HOUR);
    expect(signed).toMatchObject({ expiresAt: "2026-11-23T00:00:00Z", clampedBy: "credentials" });
  });

  test("lasts one hour when a session assumed it, and says so", async () => {
    const temporary = {
      AWS_ACCESS_KEY_ID: "ASIA99",
      AWS_SECRET_ACCESS_KEY: "secret 99",
      AWS_SESSION_TOKEN: "token 99",
    };
    const signed = await sign(open({ sessionDuration: 12 * HOUR }, temporary), 6 * HOUR);
    expect(signed).toMatchObject({ expiresAt: "2026-11-22T13:00:00Z", clampedBy: "credentials" });
  });
});
