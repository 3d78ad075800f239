import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openAuditFile } from "../../functions/local/audit-file.ts";
import { serve, type Served } from "../../functions/local/serve.ts";

const TOKEN = "a-token-of-the-settings";

let folder = "";
let auditFile = "";
let running: Served | undefined;
let stdout = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-audit-"));
  auditFile = join(folder, "audit.jsonl");
  stdout = "";
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await rm(folder, { recursive: true });
});

async function start(env: Record<string, string> = {}): Promise<void> {
  const ours = { DATA_PATH: join(folder, "data"), PORT: "0", API_TOKENS: TOKEN };
  const output = { write: (text: string) => (stdout += text) };
  running = await serve(
    { ...ours, LOG_LEVEL: "silent", ...env },
    { stdout: output, stderr: { write: () => undefined } },
  );
}

function get(path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return fetch(`${running?.url}${path}`, { headers, redirect: "manual" });
}

async function lines(path = auditFile): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, "utf8");
  const each = text.trimEnd().split("\n");
  return each.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("AUDIT_FILE", () => {
  test("has each signature before its answer is given, whatever LOG_LEVEL says", async () => {
    await start({ AUDIT_FILE: auditFile });
    const answer = await get("/objects/private/a%20b?expires=15m");
    expect((await stat(auditFile)).mode & 0o777).toBe(0o600);
    expect(await lines()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        audit: "signed",
        principal: expect.stringMatching(/^token:[0-9a-f]{8}$/) as string,
        requestId: answer.headers.get("x-request-id"),
        remote: expect.stringContaining("127.0.0.1") as string,
        method: "GET",
        target: "private/a b",
        expiresAt: expect.stringMatching(/Z$/) as string,
      },
    ]);
    expect(stdout).not.toContain('"audit"');
  });

  test("is appended to by each start", async () => {
    for (let starts = 0; starts < 2; starts += 1) {
      await start({ AUDIT_FILE: auditFile });
      await get("/objects/private/x");
      await running?.close();
    }
    expect(await lines()).toHaveLength(2);
  });

  test("that was moved away is made again", async () => {
    await start({ AUDIT_FILE: auditFile });
    await get("/objects/private/before");
    await rename(auditFile, `${auditFile}.1`);
    await get("/objects/private/after");
    expect(await lines(`${auditFile}.1`)).toMatchObject([{ target: "private/before" }]);
    expect(await lines()).toMatchObject([{ target: "private/after" }]);
    expect((await stat(auditFile)).mode & 0o777).toBe(0o600);
  });

  test.skipIf(process.platform !== "linux")(
    "on a full disk: no signature, /health says why",
    async () => {
      await symlink("/dev/full", auditFile);
      await start({ AUDIT_FILE: auditFile });
      const refused = await get("/objects/private/x");
      expect([refused.status, refused.headers.get("location")]).toEqual([503, null]);
      expect(await refused.json()).toMatchObject({ code: "audit_unavailable" });
      expect(await (await get("/health")).json()).toMatchObject({ status: "degraded" });
      expect(await (await get("/metrics")).text()).toContain("audit_failures_total 1\n");
      expect((await get("/objects/private")).status).toBe(200);
      await rm(auditFile);
      expect((await get("/objects/private/x")).status).toBe(307);
      expect(await (await get("/health")).json()).toEqual({ status: "ok", degraded: [] });
    },
  );

  test("that cannot be made stops the start", async () => {
    const started = start({ AUDIT_FILE: join(folder, "none/audit.jsonl") });
    await expect(started).rejects.toThrow(
      /AUDIT_FILE is ".*": expected a file that can be written/,
    );
    await expect(started).rejects.toThrow(SettingsError);
  });

  test("without one the lines go to standard output", async () => {
    await start();
    await get("/objects/private/x");
    expect(stdout).toMatch(/^\{"time":.*"target":"private\/x".*\}$/m);
  });

  test("a signal to open it again does not end the server", async () => {
    const entry = fileURLToPath(new URL("../../functions/local/start.js", import.meta.url));
    const server = spawn(process.execPath, [entry, "serve"], {
      cwd: folder,
      env: { PATH: process.env["PATH"], PORT: "0", AUDIT_FILE: auditFile, API_TOKENS: TOKEN },
    });
    try {
      const [said] = (await once(server.stdout.setEncoding("utf8"), "data")) as [string];
      const url = /listens on (\S+)/.exec(said)?.[1] ?? "";
      server.kill("SIGHUP");
      const headers = { authorization: `Bearer ${TOKEN}` };
      const answer = await fetch(`${url}/objects/private/x`, { headers, redirect: "manual" });
      expect(answer.status).toBe(307);
    } finally {
      server.kill("SIGTERM");
      await once(server, "close");
    }
  });
});

test("lines that come together are all there, each whole", async () => {
  const file = await openAuditFile(auditFile);
  const texts = Array.from({ length: 500 }, (_, index) => `{"index":${index}}\n`);
  await Promise.all(texts.map((text) => file.write(text)));
  await file.close();
  expect(await readFile(auditFile, "utf8")).toBe(texts.join(""));
});
