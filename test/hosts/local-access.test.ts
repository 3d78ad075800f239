import { createHash } from "node:crypto";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccessFileError } from "@remote-storage/core/access/access-file-error.ts";
import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serve, type Served } from "../../functions/local/serve.ts";
import { createKey, openOpenIdProvider } from "../support/openid-provider.ts";

const TOKEN = "a-token-of-the-settings";

let folder = "";
let accessFile = "";
let running: Served | undefined;
let log = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-access-"));
  accessFile = join(folder, "access.yml");
  log = "";
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await rm(folder, { recursive: true });
});

async function start(rules: string | undefined, env: Record<string, string> = {}): Promise<void> {
  if (rules !== undefined) await writeFile(accessFile, rules);
  const ours = { DATA_PATH: join(folder, "data"), PORT: "0", API_TOKENS: TOKEN };
  running = await serve(
    { ...ours, ...(rules !== undefined && { ACCESS_FILE: accessFile }), ...env },
    { stdout: { write: () => undefined }, stderr: { write: (text) => (log += text) } },
  );
}

function get(path: string, token: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${running?.url}${path}`, { headers, redirect: "manual" });
}

async function status(token: string): Promise<number> {
  return (await get("/objects/private", token)).status;
}

async function health(): Promise<string> {
  return (await get("/health", TOKEN)).text();
}

/** As editors and deployments replace files. */
async function replace(text: string): Promise<void> {
  await writeFile(`${accessFile}.new`, text);
  await rename(`${accessFile}.new`, accessFile);
}

function rule(name: string, token: string, rest: string): string {
  const digest = createHash("sha256").update(token).digest("hex");
  return `${name}:\n  token_sha256: ${digest}\n  ${rest}\n`;
}

describe("ACCESS_FILE on the local server", () => {
  test("lets its tokens in as far as they reach, beside API_TOKENS", async () => {
    const rest = "allow: [objects:read]\n  prefixes: [private/team-a/]";
    await start(rule("team-a", "token-of-team-a", rest));
    expect((await get("/objects/private/team-a/x", "token-of-team-a")).status).toBe(307);
    expect((await get("/objects/private/team-b/x", "token-of-team-a")).status).toBe(403);
    expect((await get("/objects/private?prefix=team-a/", "token-of-team-a")).status).toBe(200);
    expect((await get("/objects/private", "token-of-team-a")).status).toBe(403);
    expect((await get("/metrics", "token-of-team-a")).status).toBe(403);
    expect((await get("/objects/private/team-b/x", TOKEN)).status).toBe(307);
  });

  test("is followed without a restart; a broken one changes nothing, and is told", async () => {
    await start(rule("first", "the-first-token-0123", "allow: all"));
    expect(await status("the-first-token-0123")).toBe(200);
    await replace("first: { token_sha256: oops }");
    await expect.poll(() => status(TOKEN).then(health), { timeout: 5000 }).toContain("ACCESS_FILE");
    expect(await status("the-first-token-0123")).toBe(200);
    expect(log).toContain("ACCESS_FILE has 2 mistakes");
    await replace(rule("second", "the-second-token-012", "allow: all"));
    await expect.poll(() => status("the-second-token-012"), { timeout: 5000 }).toBe(200);
    expect(await status("the-first-token-0123")).toBe(401);
    expect(JSON.parse(await health())).toEqual({ status: "ok", degraded: [] });
  });

  test("with mistakes, or missing, stops the start", async () => {
    await expect(start("a: { allow: al }")).rejects.toThrow(AccessFileError);
    const missing = start(undefined, { ACCESS_FILE: join(folder, "none.yml") });
    await expect(missing).rejects.toThrow(/ACCESS_FILE is ".*none.yml": expected a file that can/);
    await expect(missing).rejects.toThrow(SettingsError);
  });
});

test("JWTs of a real OpenID provider get in, others do not, and none while it is away", async () => {
  const key = await createKey("k1", "ES256");
  const provider = await openOpenIdProvider([key], { team: "a" });
  try {
    await start(`team-a:
  issuer: ${provider.issuer}
  audience: remote-storage
  claims: { team: a }
  allow: [objects:read]
`);
    const token = await provider.token("remote-storage", "ES256");
    provider.fail();
    const unavailable = await get("/objects/private", token);
    expect(unavailable.status).toBe(503);
    expect(unavailable.headers.get("retry-after")).toBe("10");
    expect(await unavailable.json()).toMatchObject({ code: "issuer_unavailable" });
    expect((await get("/objects/private", TOKEN)).status).toBe(200);
    await running?.close();

    provider.rotate([key]);
    await start(undefined, { ACCESS_FILE: accessFile });
    expect((await get("/objects/private", token)).status).toBe(200);
    const other = await get("/objects/private", await provider.token("another", "ES256"));
    expect(other.status).toBe(401);
    expect(other.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(await other.json()).toMatchObject({ detail: "the token's claim aud does not hold" });
    const none = await fetch(`${running?.url}/objects/private`);
    expect(await none.json()).toMatchObject({
      detail: expect.stringContaining("an API token or a JWT of an accepted issuer") as string,
    });
    const next = await createKey("k2", "ES256");
    provider.rotate([next]);
    const anew = await provider.token("remote-storage", "ES256");
    expect((await get("/objects/private", anew)).status).toBe(200);
    expect((await get("/objects/private", token)).status).toBe(401);
  } finally {
    await provider.close();
  }
});

describe("limits", () => {
  test("of requests are each caller's own", async () => {
    await start(rule("other", "another-token-012345", "allow: all"), { RATE_LIMIT: "2/h" });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await get("/objects/private", TOKEN)).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    const refused = await get("/objects/private", TOKEN);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(1700);
    expect(await refused.json()).toMatchObject({ code: "rate_limited", status: 429 });
    expect((await get("/objects/private", "another-token-012345")).status).toBe(200);
    expect((await get("/health", TOKEN)).status).toBe(200);
  });

  test("of wrong tokens keep an address from trying on, right ones cost nothing", async () => {
    await start(undefined, { RATE_LIMIT_FAILURES: "2/h" });
    const statuses = [];
    for (const token of [TOKEN, TOKEN, TOKEN, "wrong-one-0123456", "wrong-two-0123456", TOKEN]) {
      statuses.push((await get("/objects/private", token)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 401, 401, 429]);
    expect((await fetch(`${running?.url}/objects/private`)).status).toBe(401);
  });
});

test("figures are by route and status, and hold no key", async () => {
  await start(undefined);
  await get("/objects/private/secret-name?redirect=false", TOKEN);
  const { url } = (await (await get("/objects/private/x?redirect=false", TOKEN)).json()) as {
    url: string;
  };
  await fetch(url);
  await get("/links/resolve?link=nowhere://secret-bucket/x", TOKEN);
  await get("/no/such/secret-path", TOKEN);
  await fetch(`${running?.url}/metrics`, { method: "PROPFIND" });
  await get("/objects/private", "wrong-token-of-nobody");
  const answer = await get("/metrics", TOKEN);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const text = await answer.text();
  for (const line of [
    'remote_storage_http_requests_total{route="/objects/{bucket}/{key}",method="GET",status="200"} 2',
    'remote_storage_http_requests_total{route="/{bucket-name}/{key}",method="GET",status="404"} 1',
    'remote_storage_http_requests_total{route="none",method="GET",status="404"} 1',
    'remote_storage_http_requests_total{route="none",method="other",status="405"} 1',
    'remote_storage_signatures_total{provider="fs",method="GET"} 2',
    'remote_storage_links_total{code="unknown_scheme"} 1',
    "remote_storage_refused_credentials_total 1",
    "remote_storage_audit_failures_total 0",
  ]) {
    expect(text).toContain(`${line}\n`);
  }
  expect(text).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
  expect(text).not.toMatch(/secret|own-|private\b(?!\/)/);
  for (const line of text.trimEnd().split("\n")) {
    expect(line).toMatch(/^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{(?:\w+="[^"]*",?)+\})? [\d.e+-]+)$/);
  }
});
