import { afterEach, expect, test } from "vitest";
import { ENTRIES } from "../hosts/azure-host.ts";
import { type FunctionApp, startFunctionApp } from "../support/azure-functions/function-app.ts";
import { createKey, openOpenIdProvider } from "../support/openid-provider.ts";

let app: FunctionApp | undefined;
afterEach(() => app?.stop());

/** A rule of the access file for tokens with a claim. */
function rule(issuer: string, claim: string, allow: string): string {
  const [name = ""] = claim.split(":");
  return `${name}:
  issuer: ${issuer}
  audience: remote-storage
  claims: { ${claim} }
  allow: [${allow}]
`;
}

test("a token of an OpenID provider allows what the rules say of its roles, scopes and groups", async () => {
  const key = await createKey("k1", "ES256");
  const claims = { roles: ["analyst"], scp: "read links", groups: ["12345"], tid: "tenant" };
  const provider = await openOpenIdProvider([key], claims);
  try {
    const { issuer } = provider;
    app = await startFunctionApp(ENTRIES.streamed, {
      STORAGE_PROVIDER: "azure",
      STORAGE_ACCESS_KEY: "account",
      CACHE_BUCKET: "cache",
      ACCESS: [
        rule(issuer, "roles: analyst", "links:read"),
        rule(issuer, 'groups: "12345"', "metrics:read"),
        rule(issuer, "scp: links", "cache:admin"),
        rule(issuer, "tid: another", "objects:read"),
      ].join(""),
    });
    const authorization = `Bearer ${await provider.token("remote-storage", "ES256")}`;
    const { url } = app;
    const status = async (path: string, headers: Record<string, string>) =>
      (await fetch(url + path, { headers })).status;
    expect(await status("/links/providers", { authorization })).toBe(200);
    expect(await status("/metrics", { authorization })).toBe(200);
    expect(await status("/caches/nothing", { authorization })).toBe(404);
    expect(await status("/objects/private", { authorization })).toBe(403);
    const elsewhere = `Bearer ${await provider.token("another", "ES256")}`;
    expect(await status("/links/providers", { authorization: elsewhere })).toBe(401);
  } finally {
    await provider.close();
  }
});
