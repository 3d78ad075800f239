import type { RoleCredentials } from "@remote-storage/core/storage/provider-config.ts";
import { afterEach, describe, expect, test } from "vitest";
import {
  type Credentials,
  staticCredentials,
} from "../../../functions/providers/s3/credentials.ts";
import { assumeRole } from "../../../functions/providers/s3/role.ts";
import { startSts, type Sts, type StsOptions } from "../../support/sts.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const READER = "arn:aws:iam::210987654321:role/reader";
const base = { accessKeyId: "base", secretAccessKey: "base-secret" };
const places = [
  { bucket: "cars", prefix: "" },
  { bucket: "shared", prefix: "team-a/" },
];

describe("assuming a role", () => {
  let sts: Sts | undefined;
  afterEach(() => sts?.close());

  const start = async (more: Partial<StsOptions> = {}): Promise<Sts> => {
    const keys = { base: "base-secret" };
    sts = await startSts({ keys, roles: { [READER]: {} }, now: () => NOW, ...more });
    return sts;
  };
  const assume = async (
    role: string,
    more: Partial<RoleCredentials> = {},
    from: Credentials = base,
  ): Promise<Credentials> =>
    assumeRole({ type: "role", role, ...more }, staticCredentials(from), {
      aws: true,
      region: "eu-central-1",
      endpoint: sts?.url ?? "",
    });

  test("by ARN gives a session with its end", async () => {
    const { calls, scopes } = await start();
    expect(await assume(READER)).toEqual({
      accessKeyId: "ASIA1",
      secretAccessKey: "secret 1",
      sessionToken: "token 1",
      expiresAt: new Date("2026-11-22T13:00:00Z"),
    });
    expect(calls.map((call) => call.get("Action"))).toEqual(["AssumeRole"]);
    expect(calls[0]?.get("RoleSessionName")).toBe("remote-storage");
    expect([calls[0]?.has("ExternalId"), calls[0]?.has("Policy")]).toEqual([false, false]);
    expect(scopes).toEqual([
      expect.stringMatching(/^base\/\d{8}\/eu-central-1\/sts\/aws4_request$/),
    ]);
  });

  test("narrows the session to the places, and names it", async () => {
    const { calls } = await start();
    await assume(READER, { places, sessionName: "remote-storage-my-cars" });
    expect(calls[0]?.get("RoleSessionName")).toBe("remote-storage-my-cars");
    const policy = calls[0]?.get("Policy") ?? "";
    expect(JSON.parse(policy).Statement[0].Resource).toEqual([
      "arn:aws:s3:::cars/*",
      "arn:aws:s3:::shared/team-a/*",
    ]);
    expect(policy).toContain("kms:Decrypt");
  });

  test("in another partition names its buckets in it", async () => {
    const role = "arn:aws-cn:iam::210987654321:role/reader";
    const { calls } = await start({ roles: { [role]: {} } });
    await assume(role, { places });
    expect(calls[0]?.get("Policy")).toContain('"arn:aws-cn:s3:::cars/*"');
  });

  test("with the external id that the role asks for", async () => {
    await start({ roles: { [READER]: { externalId: "customer-7" } } });
    expect((await assume(READER, { externalId: "customer-7" })).accessKeyId).toBe("ASIA1");
    for (const more of [{}, { externalId: "customer-8" }]) {
      await expect(assume(READER, more)).rejects.toMatchObject({
        kind: "credentials",
        message: expect.stringContaining("external id"),
      });
    }
  });

  test("for as long as is wished", async () => {
    await start({ roles: { [READER]: { longest: 43_200 } } });
    const { expiresAt } = await assume(READER, { sessionDuration: 43_200 });
    expect(expiresAt).toEqual(new Date("2026-11-23T00:00:00Z"));
  });

  test("for longer than the role allows says what to change", async () => {
    await start();
    await expect(assume(READER, { sessionDuration: 7200 })).rejects.toMatchObject({
      kind: "credentials",
      message: expect.stringContaining("session_duration is longer than the role's maximum"),
    });
  });

  test("from a session lasts an hour at most, whatever is wished", async () => {
    await start({ roles: { [READER]: { longest: 43_200 } } });
    const first = await assume(READER, { sessionDuration: 43_200 });
    const second = await assume(READER, { sessionDuration: 43_200 }, first);
    expect(second.accessKeyId).toBe("ASIA2");
    expect(second.expiresAt).toEqual(new Date("2026-11-22T13:00:00Z"));
  });

  const user = "arn:aws:iam::123456789012:user/worker";
  test.each([
    [user, "arn:aws:iam::123456789012:role/reader"],
    ["arn:aws-cn:iam::123456789012:user/w", "arn:aws-cn:iam::123456789012:role/reader"],
    ["arn:aws:sts::123456789012:assumed-role/other/i-1", "arn:aws:iam::123456789012:role/reader"],
  ])("a bare name is a role of the account of %s", async (caller, arn) => {
    const { calls } = await start({ caller, roles: { [arn]: {} } });
    await assume("reader");
    expect(calls[1]?.get("RoleArn")).toBe(arn);
  });

  test("a caller who is in the role already stays as it is", async () => {
    const caller = "arn:aws:sts::123456789012:assumed-role/reader/i-0123456789";
    const { calls } = await start({ caller });
    expect(await assume("reader")).toBe(base);
    expect(calls).toHaveLength(1);
  });

  test("that may not be assumed is a credentials error that names it, not the caller", async () => {
    await start({ roles: {} });
    const refused = assume(READER);
    await expect(refused).rejects.toMatchObject({
      kind: "credentials",
      message: expect.stringContaining("role/reader"),
    });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining("base") });
  });

  test("with a wrong secret is a credentials error", async () => {
    await start();
    const wrong = { ...base, secretAccessKey: "wrong" };
    await expect(assume(READER, {}, wrong)).rejects.toMatchObject({ kind: "credentials" });
  });

  test.each([
    [503, "ServiceUnavailable", "unavailable"],
    [400, "Throttling", "throttled"],
  ])("while STS answers %i %s is not the role's fault", async (status, code, kind) => {
    (await start()).break(status, code);
    await expect(assume(READER)).rejects.toMatchObject({
      kind,
      message: expect.stringContaining("STS cannot be asked"),
    });
  });
});
