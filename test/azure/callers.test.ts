import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENTRIES } from "../hosts/azure-host.ts";
import { type FunctionApp, startFunctionApp } from "../support/azure-functions/function-app.ts";

const TOKEN = "token-of-the-callers-0123456789";
const ISSUER = "https://login.microsoftonline.com/tenant/v2.0";

/** No store is asked for anything here. */
const ENV = {
  STORAGE_PROVIDER: "azure",
  STORAGE_ACCESS_KEY: "account",
  CACHE_BUCKET: "cache",
  API_TOKENS: TOKEN,
  LOG_LEVEL: "info",
  ACCESS: `
analysts:
  issuer: ${ISSUER}
  audience: api://remote-storage
  claims: { roles: analyst }
  allow: [links:read]
`,
};

function principal(roles: string, iss = ISSUER): Record<string, string> {
  const claims = { iss, aud: "api://remote-storage", sub: "ada", roles };
  const list = Object.entries(claims).map(([typ, val]) => ({ typ, val }));
  const text = JSON.stringify({ auth_typ: "aad", claims: list });
  return { "x-ms-client-principal": Buffer.from(text).toString("base64") };
}

const apps = new Map<string, FunctionApp>();
beforeAll(async () => {
  const [off, on] = await Promise.all([
    startFunctionApp(ENTRIES.streamed, ENV),
    startFunctionApp(ENTRIES.streamed, { ...ENV, EASY_AUTH: "true" }),
  ]);
  apps.set("off", off).set("on", on);
});
afterAll(async () => {
  for (const each of apps.values()) await each.stop();
});

function app(name: "off" | "on"): FunctionApp {
  const found = apps.get(name);
  if (found === undefined) throw new Error("the apps have not started");
  return found;
}

async function statusOf(name: "off" | "on", headers: Record<string, string>): Promise<number> {
  return (await fetch(`${app(name).url}/links/providers`, { headers })).status;
}

describe("without App Service authentication", () => {
  test("a principal in a header is anyone's word, and nobody", async () => {
    expect(await statusOf("off", principal("analyst"))).toBe(401);
  });

  test("a token is known, also where function keys are sent", async () => {
    expect(await statusOf("off", { authorization: `Bearer ${TOKEN}` })).toBe(200);
    expect(await statusOf("off", { "x-functions-key": TOKEN })).toBe(200);
    expect(await statusOf("off", { "x-functions-key": "a-key-of-the-platform-01234" })).toBe(401);
  });

  test("a function key is not looked at beside another credential", async () => {
    const headers = { authorization: "Bearer wrong-0123456789abc", "x-functions-key": TOKEN };
    expect(await statusOf("off", headers)).toBe(401);
  });
});

describe("with App Service authentication", () => {
  test("who has signed in may do what the rules say", async () => {
    expect(await statusOf("on", principal("analyst"))).toBe(200);
    expect(await statusOf("on", principal("guest"))).toBe(403);
    expect(await statusOf("on", principal("analyst", "https://elsewhere.example"))).toBe(403);
  });

  test("a principal that is none is refused", async () => {
    expect(await statusOf("on", { "x-ms-client-principal": "nonsense" })).toBe(401);
    expect(await statusOf("on", { "x-ms-client-principal": "" })).toBe(401);
  });

  test("who has not signed in may have a token", async () => {
    expect(await statusOf("on", {})).toBe(401);
    expect(await statusOf("on", { authorization: `Bearer ${TOKEN}` })).toBe(200);
  });
});

test("the log tells who called and how it went, and no secret", async () => {
  const running = app("on");
  const headers = { ...principal("analyst"), "x-request-id": "told-in-the-log" };
  await fetch(`${running.url}/links/providers?token=${TOKEN}`, { headers });
  await expect.poll(() => running.log(), { timeout: 15_000 }).toContain("told-in-the-log");
  const lines = running
    .log()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string>);
  const line = lines.find(({ message = "" }) => message.includes("told-in-the-log"));
  expect(line).toMatchObject({ level: "information", category: "user" });
  expect(JSON.parse(line?.["message"] ?? "")).toMatchObject({
    message: "request",
    method: "GET",
    path: "/links/providers",
    principal: `jwt:${ISSUER}#ada`,
  });
  expect(running.log()).not.toContain(TOKEN);
  expect(running.log()).not.toContain("Unexpected call");
});
