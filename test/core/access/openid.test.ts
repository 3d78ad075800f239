import { IssuerUnavailableError } from "@remote-storage/core/access/issuer-unavailable.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createKey } from "../../support/openid-provider.ts";
import { ALGORITHMS, AUDIENCE, openStage, seconds, type Stage } from "./openid-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.provider.close());
beforeEach(() => stage.reset());

describe("a JWT of an OpenID provider", () => {
  test.each(ALGORITHMS)("that it issues itself gets in: %s", async (alg) => {
    expect(await stage.call(await stage.provider.token(AUDIENCE, alg))).toEqual({
      principal: {
        id: `jwt:${stage.provider.issuer}#job`,
        grants: [{ action: "objects:read", prefixes: ["private/team-a/"] }],
      },
    });
  });

  test("is known by its claims, and may do nothing without the right ones", async () => {
    expect(await stage.call(await stage.forge({ groups: ["guests"] }))).toMatchObject({
      principal: { id: `jwt:${stage.provider.issuer}#job`, grants: [] },
    });
  });

  test("gets what its own audience is allowed, not another's", async () => {
    const both = await stage.call(await stage.forge({ aud: ["admin-console", "x"] }));
    expect(both).toHaveProperty("principal.grants.length", 7);
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["another issuer", { iss: "https://login.example" }, "issuer is not accepted"],
    ["no issuer", { iss: null }, "no JWT"],
    ["another audience", { aud: "someone-else" }, "claim aud"],
    ["no audience", { aud: null }, "claim aud"],
    ["expired", { exp: seconds() - 40 }, "expired"],
    ["no end", { exp: null }, "claim exp"],
    ["not valid yet", { nbf: seconds() + 60 }, "claim nbf"],
  ])("is refused: %s", async (_, claims, reason) => {
    expect(await stage.refusal(await stage.forge(claims))).toContain(reason);
  });

  test("may be half a minute late or early", async () => {
    expect(
      await stage.call(await stage.forge({ exp: seconds() - 20, nbf: seconds() + 20 })),
    ).toHaveProperty("principal");
  });

  test("is refused once it has expired", async () => {
    const token = await stage.provider.token(AUDIENCE);
    expect(await stage.call(token)).toHaveProperty("principal");
    stage.wait(631_000);
    expect(await stage.refusal(token)).toContain("expired");
  });
});

describe("the provider's keys", () => {
  test("are asked for once for many callers", async () => {
    const token = await stage.forge();
    const before = stage.provider.requests.length;
    await Promise.all(Array.from({ length: 20 }, () => stage.call(token)));
    expect(stage.provider.requests.slice(before)).toEqual([
      "/.well-known/openid-configuration",
      "/jwks",
    ]);
  });

  test("may be changed at any time; a withdrawn one is believed for ten minutes", async () => {
    const old = await stage.provider.token(AUDIENCE);
    expect(await stage.call(old)).toHaveProperty("principal");
    const next = await createKey("next", "RS256");
    stage.provider.rotate([next]);
    expect(await stage.call(await stage.provider.token(AUDIENCE))).toHaveProperty("principal");
    expect(await stage.refusal(old)).toContain("no such key");
  });

  test("that were withdrawn are forgotten without any new token", async () => {
    const old = await stage.forge({ exp: seconds() + 3600 });
    expect(await stage.call(old)).toHaveProperty("principal");
    stage.provider.rotate([await createKey("next", "RS256")]);
    expect(await stage.call(old)).toHaveProperty("principal");
    stage.wait(601_000);
    expect(await stage.refusal(old)).toContain("no such key");
  });

  test("cost no fetch for each forged token", async () => {
    const strange = await stage.forge({}, await createKey("strange", "RS256"));
    await stage.call(strange);
    const before = stage.provider.requests.length;
    for (let count = 0; count < 50; count += 1) await stage.call(strange);
    expect(stage.provider.requests.length - before).toBeLessThanOrEqual(2 * 5);
    stage.wait(61_000);
    stage.provider.rotate([await createKey("next", "RS256")]);
    expect(await stage.call(await stage.provider.token(AUDIENCE))).toHaveProperty("principal");
  });

  test("that cannot be had let nobody in", async () => {
    stage.provider.fail();
    const token = await stage.forge();
    await expect(stage.call(token)).rejects.toThrow(IssuerUnavailableError);
    // It is not asked again for every caller meanwhile.
    const before = stage.provider.requests.length;
    await expect(stage.call(token)).rejects.toThrow(IssuerUnavailableError);
    expect(stage.provider.requests.length).toBe(before);
    stage.provider.rotate(stage.keys);
    stage.wait(10_001);
    expect(await stage.call(token)).toHaveProperty("principal");
  });

  test("serve an hour without the provider, and no longer", async () => {
    const token = await stage.forge({ exp: seconds() + 7200 });
    await stage.call(token);
    stage.provider.fail();
    stage.wait(3_500_000);
    expect(await stage.call(token)).toHaveProperty("principal");
    stage.wait(200_000);
    await expect(stage.call(token)).rejects.toThrow(IssuerUnavailableError);
  });
});
