import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import type { TokenCredential } from "@azure/identity";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { Endpoint, StaticKeys } from "@remote-storage/core/storage/provider-config.ts";
import { selfSignedCertificate } from "./certificate.ts";

const main = fileURLToPath(import.meta.resolve("azurite/dist/src/blob/main.js"));

/** Ends the server with the test process, however that ends. */
const orphanGuard = 'data:text/javascript,process.on("disconnect",()=>process.exit())';

export interface Azurite {
  readonly endpoint: Endpoint;
  readonly basePath: string;
  readonly account: string;
  readonly keys: StaticKeys;
  /** PEM, with https: trusted already by everything in this process. */
  readonly certificate?: string;
  /** Signs in as an identity; Azurite believes a token's claims without checking who signed it. */
  readonly credential: TokenCredential;
  createContainer(name: string): Promise<void>;
  close(): Promise<void>;
}

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** A token for Azure Storage that nobody has signed. */
function createTestCredential(): TokenCredential {
  return {
    getToken: async () => {
      const seconds = Math.floor(Date.now() / 1000);
      const claims = {
        aud: "https://storage.azure.com",
        iss: "https://sts.windows.net/00000000-0000-0000-0000-000000000001/",
        iat: seconds - 60,
        nbf: seconds - 60,
        exp: seconds + 3600,
        oid: "00000000-0000-0000-0000-000000000002",
        tid: "00000000-0000-0000-0000-000000000001",
      };
      const token = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}.AAAA`;
      return { token, expiresOnTimestamp: claims.exp * 1000 };
    },
  };
}

/** Starts `azurite-blob` in memory on a free port; with https, identities may sign in. */
export async function startAzurite(options: { readonly https?: boolean } = {}): Promise<Azurite> {
  const folder = await mkdtemp(join(tmpdir(), "azurite-"));
  const account = "remotestorage";
  const secretKey = randomBytes(64).toString("base64");
  const flags = ["--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence"];
  flags.push("--silent", "--skipApiVersionCheck", "--disableTelemetry");
  let certificate: string | undefined;
  if (options.https === true) {
    const { cert, key } = selfSignedCertificate();
    certificate = cert;
    await writeFile(join(folder, "cert.pem"), cert);
    await writeFile(join(folder, "key.pem"), key, { mode: 0o600 });
    flags.push("--oauth", "basic", "--cert", join(folder, "cert.pem"));
    flags.push("--key", join(folder, "key.pem"));
    tls.setDefaultCACertificates([...tls.getCACertificates("default"), cert]);
  }
  const child = spawn(process.execPath, ["--import", orphanGuard, main, ...flags], {
    cwd: folder,
    env: { AZURITE_ACCOUNTS: `${account}:${secretKey}` },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const exited = new Promise<void>((done) => child.once("exit", () => done()));
  let complaints = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaints += text));

  async function listening(): Promise<URL> {
    if (child.stdout === null) throw new Error("Azurite has no output");
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /successfully listens on (\S+)/.exec(line)?.[1];
      if (address !== undefined) return new URL(address);
    }
    throw new Error(`Azurite did not start: ${complaints}`);
  }
  async function close(): Promise<void> {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true });
  }

  const url = await listening().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  child.stdout?.resume();
  const service = new BlobServiceClient(
    `${url.origin}/${account}`,
    new StorageSharedKeyCredential(account, secretKey),
  );
  return {
    endpoint: {
      protocol: options.https === true ? "https:" : "http:",
      hostname: url.hostname,
      port: Number(url.port),
      origin: url.origin,
    },
    basePath: `/${account}`,
    account,
    keys: { type: "keys", accessKey: account, secretKey },
    ...(certificate !== undefined && { certificate }),
    credential: createTestCredential(),
    createContainer: async (name) => {
      await service.createContainer(name);
    },
    close,
  };
}
