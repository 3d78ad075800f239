import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment, REMOTE_LINKS } from "../../hosts/host.ts";
import { type Azurite, startAzurite } from "../azurite.ts";
import { type IdentityEndpoint, startIdentityEndpoint } from "./identity-endpoint.ts";

const CONTAINERS = ["remote-storage-public", "remote-storage-private", "remote-storage-cache"];

const CLIENT_ID = "00000000-0000-0000-0000-00000000c0de";

/** All that a Function App finds around it: a storage account, and an identity that may use it. */
export interface Deployment {
  readonly store: Azurite;
  readonly identity: IdentityEndpoint;
  /** The app's settings: no key of the account among them. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** As the template deploys it, with secrets as the platform puts them in the place of references. */
export async function deploy(): Promise<Deployment> {
  const folder = await mkdtemp(join(tmpdir(), "function-app-"));
  const store = await startAzurite({ https: true });
  for (const name of CONTAINERS) await store.createContainer(name);
  const identity = await startIdentityEndpoint(store, CLIENT_ID);
  const certificate = join(folder, "certificate.pem");
  await writeFile(certificate, store.certificate ?? "");
  const {
    REMOTE_LINKS_FILE: _file,
    STORAGE_SECRET_KEY: _secret,
    DATA_PATH: _data,
    ...env
  } = environment(folder);
  return {
    store,
    identity,
    env: {
      ...env,
      ...identity.env,
      NODE_EXTRA_CA_CERTS: certificate,
      AZURE_CLIENT_ID: CLIENT_ID,
      AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
      STORAGE_PROVIDER: "azure",
      STORAGE_ENDPOINT: `${store.endpoint.origin}${store.basePath}`,
      STORAGE_ACCESS_KEY: store.account,
      CACHE_BUCKET: "remote-storage-cache",
      REMOTE_LINKS,
      // The host under test answers for functions and store alike.
      PUBLIC_URL: store.endpoint.origin,
    },
    async remove() {
      await identity.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
