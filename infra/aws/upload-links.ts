import { readFileSync } from "node:fs";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { fillRemoteLinks } from "@remote-storage/core/links/fill-remote-links.ts";
import { parseDeployment } from "../settings.ts";
import { readRemoteLinks } from "../remote-links-source.ts";
import { toSecretNames } from "./names.ts";

/** Bytes that a secret holds. https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MOST = 65_536;

/**
 * `npm run links:upload`: puts remote_links.yml into the deployment's secret, variables replaced. The
 * functions read it within minutes; buckets and roles that are new in it need `npm run deploy` too.
 */
async function main(): Promise<void> {
  const { name, service } = parseDeployment(process.env);
  const text = readRemoteLinks(service.remoteLinksFile);
  if (text === undefined)
    throw new Error("there is no remote_links.yml here; REMOTE_LINKS_FILE names one");
  const filled = fillRemoteLinks(text, process.env, (path) => readFileSync(path, "utf8"));
  const bytes = Buffer.byteLength(filled);
  if (bytes > MOST) throw new Error(`remote_links.yml has ${bytes} bytes; a secret holds ${MOST}`);
  const secret = toSecretNames(name).remoteLinks;
  const client = new SecretsManager({});
  await client.putSecretValue({ SecretId: secret, SecretString: filled });
  process.stderr.write(`${secret}: ${bytes} bytes of remote_links.yml\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
