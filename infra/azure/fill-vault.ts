import { accept, type AzureApi } from "./azure-api.ts";
import { SECRETS } from "./vault.ts";

const VERSION = "?api-version=7.4";

/** Bytes that a secret holds. https://learn.microsoft.com/azure/key-vault/secrets/about-secrets */
const MOST = 25_600;

/** As remote_links.yml a file without providers: the functions want the secret to be there. */
const NO_LINKS =
  "# remote_links.yml of this deployment; `npm run secrets:upload` puts yours here\n";

/** Roles that were just given hold after some minutes; until then a vault refuses. */
const PATIENCE = { tries: 60, seconds: 10 };

export interface VaultSource {
  readonly vault: AzureApi;
  /** Filled in; absent: there is no remote_links.yml. */
  readonly remoteLinks: string | undefined;
  /** A new secret of letters and digits. */
  readonly newSecret: () => string;
  readonly wait: (seconds: number) => Promise<void>;
  /** Tells what was done, never a secret. */
  readonly tell: (line: string) => void;
}

/**
 * Puts remote_links.yml into the vault, and makes signing keys and a first token where there are none.
 * What is there stays.
 *
 * @throws Error when the vault refuses for longer than new roles take, or the file is too long.
 */
export async function fillVault(source: VaultSource): Promise<void> {
  const { vault, remoteLinks, newSecret, tell } = source;
  const bytes = Buffer.byteLength(remoteLinks ?? "");
  if (bytes > MOST) throw new Error(`remote_links.yml has ${bytes} bytes; a secret holds ${MOST}`);
  await untilAllowed(source);
  await makeOnce(source, SECRETS.signingKeys, () => `first:${newSecret()}`);
  await makeOnce(source, SECRETS.apiTokens, newSecret);
  if (remoteLinks === undefined) {
    await makeOnce(source, SECRETS.remoteLinks, () => NO_LINKS);
  } else {
    await write(vault, SECRETS.remoteLinks, remoteLinks);
    tell(`${SECRETS.remoteLinks}: ${bytes} bytes of remote_links.yml`);
  }
}

async function untilAllowed({ vault, wait, tell }: VaultSource): Promise<void> {
  for (let tries = 1; ; tries++) {
    const answer = await read(vault, SECRETS.signingKeys);
    if (answer.status === 404) return;
    if (answer.status !== 403 || tries === PATIENCE.tries) {
      await accept(answer, `read ${SECRETS.signingKeys}`);
      return;
    }
    if (tries === 1) tell("waiting for the role on the vault, which takes some minutes to hold");
    await wait(PATIENCE.seconds);
  }
}

async function makeOnce(
  { vault, tell }: VaultSource,
  name: string,
  make: () => string,
): Promise<void> {
  const answer = await read(vault, name);
  if (answer.status !== 404) {
    await accept(answer, `read ${name}`);
    tell(`${name}: is there already`);
    return;
  }
  await write(vault, name, make());
  tell(`${name}: made`);
}

const read = (vault: AzureApi, name: string): Promise<Response> =>
  vault.send(`/secrets/${name}${VERSION}`);

async function write(vault: AzureApi, name: string, value: string): Promise<void> {
  const answer = await vault.send(`/secrets/${name}${VERSION}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ value }),
  });
  await accept(answer, `write ${name}`);
}
