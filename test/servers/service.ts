import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { memoryOf } from "../support/memory-of.ts";

const main = fileURLToPath(new URL("../../functions/local/main.ts", import.meta.url));

/** Found nowhere but in what was sent to the service: its log, errors and metrics must not repeat them. */
export const SECRETS = {
  token: "canary-token-5f2c9a7e1b",
  signing: "canary-signing-8d3e6f0c4a",
  storage: "canary-storage-1a9b7c5d3e",
};

/** The service in a process of its own, as users run it. */
export interface Service {
  readonly url: string;
  readonly process: ChildProcess;
  /** Sent with every call that is not open. */
  readonly headers: { readonly authorization: string };
  /** Bytes of memory: now, and the most so far. */
  memory(): { readonly now: number; readonly most: number };
  /** Everything that it said. */
  said(): string;
  stop(): Promise<void>;
}

/** `serve` on a free port with a throw-away DATA_PATH. */
export async function startService(env: Readonly<Record<string, string>> = {}): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), "service-"));
  const child = spawn(process.execPath, [main, "serve"], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      DATA_PATH: join(folder, "data"),
      PORT: "0",
      API_TOKENS: SECRETS.token,
      URL_SIGNING_KEYS: `k1:${SECRETS.signing}`,
      STORAGE_ACCESS_KEY: "service",
      STORAGE_SECRET_KEY: SECRETS.storage,
      ...env,
    },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  const listens = /http:\/\/127\.0\.0\.1:\d+/;
  while (!listens.test(said) && child.exitCode === null) {
    await Promise.race([once(child.stdout, "data"), once(child, "close")]);
  }
  const [url] = listens.exec(said) ?? [];
  if (url === undefined) throw new Error(`the service did not start:\n${said}`);
  return {
    url,
    process: child,
    headers: { authorization: `Bearer ${SECRETS.token}` },
    memory: () => memoryOf(child.pid),
    said: () => said,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "close");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
