import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAzureApi } from "../../../infra/azure/azure-api.ts";
import { fillVault } from "../../../infra/azure/fill-vault.ts";
import { refreshApp } from "../../../infra/azure/refresh-app.ts";
import { startVault, TOKEN, type VaultStandIn } from "./vault-stand-in.ts";

let vault: VaultStandIn;
beforeEach(async () => {
  vault = await startVault();
});
afterEach(() => vault.close());

const api = (token = TOKEN) => createAzureApi(vault.origin, () => Promise.resolve(token), fetch);

/** Fills the vault; gives what was told and how long was waited. */
async function fill(remoteLinks?: string, token = TOKEN) {
  const told: string[] = [];
  let made = 0;
  let waited = 0;
  await fillVault({
    vault: api(token),
    remoteLinks,
    newSecret: () => `new-secret-${++made}-${"x".repeat(32)}`,
    wait: (seconds) => {
      waited += seconds;
      return Promise.resolve();
    },
    tell: (line) => told.push(line),
  });
  return { told, waited };
}

describe("filling the vault", () => {
  test("makes keys and a token that the service takes, and a file without providers", async () => {
    await fill();
    const [keys, tokens, links] = ["url-signing-keys", "api-tokens", "remote-links"].map((name) =>
      vault.secrets.get(name),
    );
    const settings = parseSettings({ URL_SIGNING_KEYS: keys, API_TOKENS: tokens }, () => "");
    expect(settings.urlSigningKeys).toHaveLength(1);
    expect(settings.apiTokens).toHaveLength(1);
    expect(keys).not.toContain(tokens);
    expect(links).toMatch(/^#.*\n$/);
  });

  test("keeps what is there, and puts remote_links.yml in its place each time", async () => {
    await fill("a: 1\n");
    const before = new Map(vault.secrets);
    const { told } = await fill("a: 2\n");
    expect(vault.secrets).toEqual(new Map(before).set("remote-links", "a: 2\n"));
    expect(told).toEqual([
      "url-signing-keys: is there already",
      "api-tokens: is there already",
      "remote-links: 5 bytes of remote_links.yml",
    ]);
    await fill();
    expect(vault.secrets.get("remote-links")).toBe("a: 2\n");
  });

  test("waits for a role that was just given, and says so once", async () => {
    vault.refusals = 3;
    const { told, waited } = await fill();
    expect(waited).toBe(30);
    expect(told.filter((line) => line.startsWith("waiting"))).toHaveLength(1);
    expect(vault.secrets.size).toBe(3);
  });

  test("gives up on a role that never comes, after ten minutes", async () => {
    vault.refusals = 1000;
    await expect(fill()).rejects.toThrow("Azure does not read url-signing-keys: 403 Forbidden");
    expect(vault.requests.length).toBe(60);
  });

  test("stops at once when the vault knows nobody of this name, and writes nothing", async () => {
    await expect(fill("a: 1\n", "wrong")).rejects.toThrow("401 Unauthorized");
    expect(vault.requests).toEqual(["GET /secrets/url-signing-keys"]);
  });

  test("refuses a file that no secret holds, before anything is asked", async () => {
    await expect(fill("é".repeat(12_801))).rejects.toThrow("25602 bytes; a secret holds 25600");
    expect(vault.requests).toEqual([]);
  });

  test("tells no secret", async () => {
    const { told } = await fill("secret_key: canary\n");
    expect(told.join("\n")).not.toMatch(/new-secret|canary/);
  });
});

describe("refreshing the app", () => {
  const appId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/a";

  test("has it read the vault, and starts it anew", async () => {
    const sent: string[] = [];
    const send = (url: unknown, init?: RequestInit) => {
      sent.push(`${init?.method} ${String(url)}`);
      return Promise.resolve(new Response());
    };
    await refreshApp(
      createAzureApi("https://m", () => Promise.resolve(TOKEN), send),
      appId,
    );
    expect(sent).toEqual([
      `POST https://m${appId}/config/configreferences/appsettings/refresh?api-version=2022-03-01`,
      `POST https://m${appId}/restart?api-version=2022-03-01`,
    ]);
  });

  test("fails with Azure's reason", async () => {
    await expect(refreshApp(api(), appId)).rejects.toThrow(
      "Azure does not refresh the app's secrets: 400 BadParameter",
    );
  });
});
