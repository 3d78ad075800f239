import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { staticCredentials } from "../../../functions/providers/s3/credentials.ts";
import { assumeRole } from "../../../functions/providers/s3/role.ts";
import { type FaultServer, startFaultServer } from "./fault-server.ts";

const base = staticCredentials({ accessKeyId: "base", secretAccessKey: "secret" });
const session = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
  <AccessKeyId>ASIASESSION</AccessKeyId><SecretAccessKey>session-secret</SecretAccessKey>
  <SessionToken>token</SessionToken><Expiration>2026-11-22T13:00:00Z</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`;

function identity(arn: string): string {
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
  <Arn>${arn}</Arn><UserId>id</UserId><Account>123456789012</Account>
  </GetCallerIdentityResult></GetCallerIdentityResponse>`;
}

describe("assuming a role", () => {
  let server: FaultServer | undefined;
  let calls: URLSearchParams[] = [];
  afterEach(() => server?.close());

  /** An STS that tells who the caller is, and gives a session to whom it allows. */
  async function startSts(callerArn: string, allows = true): Promise<string> {
    calls = [];
    server = await startFaultServer((request, response) => {
      void text(request).then((body) => {
        const call = new URLSearchParams(body);
        calls.push(call);
        response.setHeader("content-type", "text/xml");
        if (call.get("Action") === "GetCallerIdentity") return response.end(identity(callerArn));
        const denied = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
        return allows ? response.end(session) : response.writeHead(403).end(denied);
      });
    });
    return server.url;
  }
  const assume = async (
    role: string,
    more: { externalId?: string; sessionDuration?: number } = {},
  ) =>
    assumeRole({ type: "role", role, ...more }, base, {
      region: "eu-central-1",
      endpoint: server?.url ?? "",
    });
  const user = "arn:aws:iam::123456789012:user/worker";

  test("by ARN gives a session with its end", async () => {
    await startSts(user);
    expect(await assume("arn:aws:iam::210987654321:role/reader")).toEqual({
      accessKeyId: "ASIASESSION",
      secretAccessKey: "session-secret",
      sessionToken: "token",
      expiresAt: new Date("2026-11-22T13:00:00Z"),
    });
    expect(calls.map((call) => call.get("Action"))).toEqual(["AssumeRole"]);
    expect(calls[0]?.get("DurationSeconds")).toBe("3600");
    expect(calls[0]?.has("ExternalId")).toBe(false);
  });

  test("passes external id and duration on", async () => {
    await startSts(user);
    const more = { externalId: "customer-7", sessionDuration: 900 };
    await assume("arn:aws:iam::210987654321:role/reader", more);
    expect(calls[0]?.get("ExternalId")).toBe("customer-7");
    expect(calls[0]?.get("DurationSeconds")).toBe("900");
  });

  test.each([
    [user, "arn:aws:iam::123456789012:role/reader"],
    ["arn:aws-cn:iam::123456789012:user/w", "arn:aws-cn:iam::123456789012:role/reader"],
    ["arn:aws:sts::123456789012:assumed-role/other/i-1", "arn:aws:iam::123456789012:role/reader"],
  ])("a bare name is a role of the account of %s", async (caller, arn) => {
    await startSts(caller);
    await assume("reader");
    expect(calls[1]?.get("RoleArn")).toBe(arn);
  });

  test("a caller who is in the role already stays as it is", async () => {
    await startSts("arn:aws:sts::123456789012:assumed-role/reader/i-0123456789");
    expect((await assume("reader")).accessKeyId).toBe("base");
    expect(calls).toHaveLength(1);
  });

  test("a role that may not be assumed is a credentials error that names it", async () => {
    await startSts(user, false);
    await expect(assume("arn:aws:iam::210987654321:role/reader")).rejects.toMatchObject({
      kind: "credentials",
      message: expect.stringContaining("role/reader"),
    });
  });
});
