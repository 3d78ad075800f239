import { mkdtemp, readFile, rm, stat, chmod, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ownConfig } from "../../functions/local/own-config.ts";
import { openSecrets } from "../../functions/local/secrets.ts";
import { serve, type Served } from "../../functions/local/serve.ts";
import { openSocket } from "./raw-socket.ts";

let folder = "";
let running: Served | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-start-"));
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await rm(folder, { recursive: true });
});

async function start(
  env: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> {
  const output = { stdout: "", stderr: "" };
  running = await serve(
    { DATA_PATH: join(folder, "data"), PORT: "0", ...env },
    {
      stdout: { write: (text) => (output.stdout += text) },
      stderr: { write: (text) => (output.stderr += text) },
    },
  );
  return output;
}

function tokenIn(stdout: string): string {
  return /^API token: (\S+)$/m.exec(stdout)?.[1] ?? "";
}

describe("the first start", () => {
  test("prints the address and a token that works, and keeps it for the owner alone", async () => {
    const { stdout } = await start();
    expect(stdout).toContain(`remote-storage listens on ${running?.url}\n`);
    const token = tokenIn(stdout);
    expect(token).toMatch(/^[\w~.-]{32,}$/);
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${running?.url}/objects/private`, { headers });
    expect(answer.status).toBe(200);
    const file = join(folder, "data/secrets.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain(token);
  });

  test("is the only one that makes a token", async () => {
    const first = tokenIn((await start()).stdout);
    await running?.close();
    expect(tokenIn((await start()).stdout)).toBe(first);
  });

  test("prints no token of API_TOKENS, and none of the secrets reach the log", async () => {
    const API_TOKENS = "a-token-of-the-settings";
    const output = await start({ API_TOKENS, LOG_LEVEL: "debug" });
    const headers = { authorization: `Bearer ${API_TOKENS}` };
    const url = `${running?.url}/objects/private/x?redirect=false`;
    const signed = (await (await fetch(url, { headers })).json()) as { url: string };
    await (await fetch(signed.url)).text();
    const signature = /X-Amz-Signature=(\w+)/.exec(signed.url)?.[1] ?? "";
    expect(signature).toHaveLength(64);
    await running?.close();
    const { keys } = openSecrets(join(folder, "data"));
    expect(output.stdout).toContain('"audit":"signed"');
    expect(output.stderr).toContain('"path":"/objects/private/x"');
    for (const secret of [API_TOKENS, keys.secretKey, signature]) {
      expect(output.stdout + output.stderr).not.toContain(secret);
    }
  });
});

describe("secrets", () => {
  test("many that start together agree", async () => {
    const code = `
      const { parentPort, workerData } = require("node:worker_threads");
      import(workerData.module).then(({ openSecrets }) =>
        parentPort.postMessage(JSON.stringify(openSecrets(workerData.folder))));`;
    const module = new URL("../../functions/local/secrets.ts", import.meta.url).href;
    const answers = Array.from({ length: 4 }, () => {
      const worker = new Worker(code, { eval: true, workerData: { module, folder } });
      return new Promise<string>((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      });
    });
    expect(new Set(await Promise.all(answers)).size).toBe(1);
    expect(await readdir(folder)).toEqual(["secrets.json"]);
  });

  test.skipIf(process.platform === "win32")("a file open to others is refused", async () => {
    openSecrets(folder);
    await chmod(join(folder, "secrets.json"), 0o644);
    expect(() => openSecrets(folder)).toThrow("chmod 600");
  });
});

test("a wrong setting stops the start with a report", async () => {
  await expect(start({ PORT: "99999", SIGNED_URL_EXPIRES: "soon" })).rejects.toThrow(SettingsError);
});

test("what a client writes into Host decides nothing that is signed", async () => {
  const API_TOKENS = "a-token-of-the-settings";
  await start({ API_TOKENS });
  const client = await openSocket(running?.url ?? "");
  client.send(
    "GET /objects/private/x HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n" +
      `Authorization: Bearer ${API_TOKENS}\r\nConnection: close\r\n\r\n`,
  );
  const answer = await client.end();
  expect(answer).toContain(`location: ${running?.url}/remote-storage-private/x?`);
  expect(answer).not.toContain("evil");
});

test.each([
  [{}, "http://127.0.0.1:8080"],
  [{ HOST: "0.0.0.0", PORT: "9000" }, "http://127.0.0.1:9000"],
  [{ HOST: "::1" }, "http://[::1]:8080"],
  [{ PUBLIC_URL: "https://storage.example/" }, "https://storage.example"],
  [
    { PUBLIC_URL: "https://storage.example", STORAGE_PUBLIC_ENDPOINT: "https://bytes.example" },
    "https://bytes.example",
  ],
])("with %j the disk's signed URLs name %s", (env, expected) => {
  const settings = parseSettings({ DATA_PATH: folder, ...env }, String);
  const config = ownConfig(settings);
  expect(config.kind === "http" && config.publicOrigin()).toBe(expected);
});
