import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DefaultAzureCredential } from "@azure/identity";
import { fillRemoteLinks } from "@remote-storage/core/links/fill-remote-links.ts";
import { readRemoteLinks, readText } from "../remote-links-source.ts";
import { type AzureApi, createAzureApi } from "./azure-api.ts";
import { fillVault } from "./fill-vault.ts";
import { refreshApp } from "./refresh-app.ts";
import { parseAzureDeployment } from "./settings.ts";

const MANAGER = "https://management.azure.com";
const VAULTS = "https://vault.azure.net";

/** 43 letters, digits, `-` and `_`: 256 bits. */
const newSecret = (): string => randomBytes(32).toString("base64url");

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/**
 * `npm run secrets:upload`, which `azd` runs after each provisioning: fills the vault that
 * `AZURE_KEY_VAULT_NAME` names, and has the app `AZURE_APP_ID` read it.
 */
async function main(): Promise<void> {
  const { AZURE_KEY_VAULT_NAME: vault, AZURE_APP_ID: appId } = process.env;
  if (vault === undefined || !/^[a-zA-Z][a-zA-Z0-9-]{2,23}$/.test(vault)) {
    throw new Error(
      "AZURE_KEY_VAULT_NAME has to name the vault: the deployment's output vaultName",
    );
  }
  const { service } = parseAzureDeployment(process.env);
  const text = readRemoteLinks(service.remoteLinksFile);
  const remoteLinks = text === undefined ? undefined : fillRemoteLinks(text, process.env, readText);
  const credential = new DefaultAzureCredential();
  const open = (origin: string, audience: string): AzureApi =>
    createAzureApi(
      origin,
      async () => (await credential.getToken(`${audience}/.default`)).token,
      fetch,
    );
  await fillVault({
    vault: open(`https://${vault}.vault.azure.net`, VAULTS),
    remoteLinks,
    newSecret,
    wait: (seconds) => wait(seconds * 1000),
    tell,
  });
  if (appId === undefined) tell("AZURE_APP_ID is not set: the app reads the vault within a day");
  else await refreshApp(open(MANAGER, MANAGER), appId);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
