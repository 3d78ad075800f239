import { parseAccessFile } from "@remote-storage/core/access/access-file.ts";
import { type AccessRules, NO_RULES } from "@remote-storage/core/access/access-rules.ts";
import { toTokenRules } from "@remote-storage/core/access/api-tokens.ts";
import { createAuthenticate } from "@remote-storage/core/access/authenticate.ts";
import type { Identity } from "@remote-storage/core/access/identity.ts";
import { parseApiTokens } from "@remote-storage/core/settings/api-tokens.ts";
import { describe, expect, test } from "vitest";

const TOKENS = "first-token-0123456,second.token~012345:objects:read";

function open(rules: AccessRules = NO_RULES) {
  return createAuthenticate({
    tokens: toTokenRules(parseApiTokens(TOKENS) ?? []),
    rules: () => Promise.resolve(rules),
    verifier: () => Promise.reject(new Error("no JWT is expected")),
  });
}

function call(authorization?: string, rules?: AccessRules) {
  return open(rules)(new Headers(authorization === undefined ? {} : { authorization }));
}

describe("an API token", () => {
  test.each([
    "Bearer second.token~012345",
    "bearer second.token~012345",
    "BEARER  second.token~012345",
  ])("%s is known, by a fingerprint", async (authorization) => {
    const found = await call(authorization);
    expect(found).toMatchObject({ principal: { grants: [{ action: "objects:read" }] } });
    expect("principal" in found && found.principal.id).toMatch(/^token:[0-9a-f]{8}$/);
  });

  test.each([
    "",
    "Bearer",
    "Bearer ",
    "second.token~012345",
    "Basic second.token~012345",
    "Bearer second.token~01234",
    "Bearer second.token~0123456",
    "Bearer SECOND.token~012345",
    "Bearer second.token~012345 extra",
    "Bearer first-token-0123456,second.token~012345",
  ])("%j is nobody", async (authorization) => {
    expect(await call(authorization)).toMatchObject({ credential: true });
  });

  test("without one the answer says what to send", async () => {
    expect(await call()).toEqual({
      refused: "send Authorization: Bearer <token>, with an API token",
      credential: false,
    });
  });
});

describe("a token of ACCESS_FILE", () => {
  // printf %s hashed-token-012345 | sha256sum
  const digest = "e4843b3f5f767fd5705645155b30ad855d3abfb34cb36243d1df0318a1a4b9ee";
  const rules = parseAccessFile(
    `reader: { token_sha256: ${digest}, allow: objects:read }
writer: { token_sha256: ${digest.toUpperCase()}, allow: [objects:write], prefixes: [private/in/] }`,
    [],
  );

  test("has what all its entries allow, and the name of the first", async () => {
    expect(await call("Bearer hashed-token-012345", rules)).toEqual({
      principal: {
        id: "token:reader",
        grants: [
          { action: "objects:read" },
          { action: "objects:write", prefixes: ["private/in/"] },
        ],
      },
    });
  });

  test("is not known by its digest", async () => {
    expect(await call(`Bearer ${digest}`, rules)).toMatchObject({ credential: true });
  });

  test("leaves API_TOKENS as they are", async () => {
    expect(await call("Bearer first-token-0123456", rules)).toHaveProperty("principal");
  });
});

describe("a caller of AWS", () => {
  const account = "123456789012";
  const rules = parseAccessFile(
    `jobs: { iam_account: "${account}", iam_role: training-job, allow: [objects:read] }
people: { iam_account: "${account}", iam_role: AWSReservedSSO_Data_*, allow: [links:read] }
ops: { iam_account: "${account}", iam_user: alice, allow: [metrics:read] }`,
    [],
  );

  async function actions(arn: string, of = account): Promise<readonly string[]> {
    const identity: Identity = { type: "iam", account: of, arn };
    // SigV4 stands in Authorization there.
    const headers = new Headers({ authorization: "AWS4-HMAC-SHA256 Credential=x" });
    const found = await open(rules)(headers, identity);
    if (!("principal" in found)) throw new Error(found.refused);
    expect(found.principal.id).toBe(arn);
    return found.principal.grants.map(({ action }) => action);
  }

  test.each([
    [`arn:aws:sts::${account}:assumed-role/training-job/i-0123`, ["objects:read"]],
    [`arn:aws-cn:sts::${account}:assumed-role/training-job/x@y`, ["objects:read"]],
    [`arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Data_0a1b/eve`, ["links:read"]],
    [`arn:aws:iam::${account}:user/team/alice`, ["metrics:read"]],
    [`arn:aws:sts::${account}:assumed-role/training-job-2/x`, []],
    [`arn:aws:sts::${account}:assumed-role/Training-job/x`, []],
    [`arn:aws:sts::${account}:assumed-role/other/training-job`, []],
    [`arn:aws:sts::${account}:assumed-role/alice/x`, []],
    [`arn:aws:iam::${account}:user/training-job`, []],
    [`arn:aws:iam::${account}:root`, []],
    [`arn:aws:sts::${account}:federated-user/alice`, []],
    ["arn:aws:sts::210987654321:assumed-role/training-job/x", []],
    ["", []],
  ])("%s may %j", async (arn, expected) => {
    expect(await actions(arn)).toEqual(expected);
  });

  test("of another account than its ARN's is granted nothing", async () => {
    const arn = `arn:aws:sts::${account}:assumed-role/training-job/x`;
    expect(await actions(arn, "210987654321")).toEqual([]);
  });
});

describe("a caller whose claims a gateway has checked", () => {
  const rules = parseAccessFile(
    `data:
  issuer: https://login.example/
  audience: [remote-storage, other]
  claims:
    realm_access: { roles: [data-team, admins] }
    email_verified: "true"
  allow: [objects:read]
`,
    [],
  );
  const good = {
    iss: "https://login.example/",
    aud: ["x", "remote-storage"],
    sub: "u1",
    realm_access: { roles: ["guests", "data-team"] },
    email_verified: true,
  };

  test.each([
    ["as it must be", good, 1],
    ["another issuer", { ...good, iss: "https://login.example" }, 0],
    ["another audience", { ...good, aud: "remote-storage2" }, 0],
    ["no audience", { ...good, aud: undefined }, 0],
    ["another role", { ...good, realm_access: { roles: ["data-team2"] } }, 0],
    ["a role as a text", { ...good, realm_access: { roles: "admins" } }, 1],
    ["no roles", { ...good, realm_access: [] }, 0],
    ["another e-mail", { ...good, email_verified: false }, 0],
  ])("%s", async (_, claims, grants) => {
    const found = await open(rules)(new Headers(), { type: "claims", claims });
    expect("principal" in found && found.principal.grants.length).toBe(grants);
  });

  test.each([
    ["scp", "read links", 1],
    ["scope", "links", 1],
    ["scp", ["read", "links"], 1],
    ["scp", "read links:all", 0],
    ["roles", "read links", 0],
  ])("%s %j: scopes are words, other texts are whole", async (name, value, grants) => {
    const rule = `words:
  issuer: https://login.example/
  audience: remote-storage
  claims: { ${name}: links }
  allow: [objects:read]
`;
    const claims = { ...good, [name]: value };
    const identity = { type: "claims", claims } as const;
    const found = await open(parseAccessFile(rule, []))(new Headers(), identity);
    expect("principal" in found && found.principal.grants.length).toBe(grants);
  });

  test("is told apart by issuer and subject", async () => {
    const found = await open(rules)(new Headers(), { type: "claims", claims: good });
    expect(found).toMatchObject({ principal: { id: "jwt:https://login.example/#u1" } });
  });
});
