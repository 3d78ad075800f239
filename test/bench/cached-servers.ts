import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { main } from "./command.ts";
import { freePort } from "../servers/process.ts";

/** A server under load, in processes of its own. */
export interface Loaded {
  readonly what: string;
  readonly pid: number;
  readonly url: string;
  /** What `<path>object-<number>.jpg` is under. */
  readonly path: string;
  stop(): Promise<void>;
}

/** Node's own server, from memory: the store that the others cache, and what Node can do at most. */
export async function startPlain(): Promise<Loaded> {
  const file = join(import.meta.dirname, "plain-server.ts");
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return toLoaded("Node's own server, from memory", child, Number(port.toString()), "/");
}

export async function startOurs(folder: string, store: string, token: string): Promise<Loaded> {
  const port = await freePort();
  const env = {
    PATH: process.env["PATH"],
    STORAGE_PROVIDER: "minio",
    STORAGE_ENDPOINT: store,
    STORAGE_REGION: "us-east-1",
    STORAGE_ACCESS_KEY: "bench",
    STORAGE_SECRET_KEY: "bench-secret",
    DATA_PATH: join(folder, "data"),
    API_TOKENS: token,
    URL_SIGNING_KEYS: "k:bench-signing-key",
    LOG_LEVEL: "silent",
    PORT: String(port),
  };
  const child = spawn(process.execPath, [main, "serve"], { env, cwd: folder });
  return answering(toLoaded("remote-storage", child, port, "/content/private/"), child);
}

export function hasNginx(): boolean {
  return spawnSync("nginx", ["-v"]).error === undefined;
}

export async function startNginx(folder: string, store: string): Promise<Loaded> {
  const port = await freePort();
  const root = join(folder, "nginx");
  await mkdir(root);
  const config = join(root, "nginx.conf");
  await writeFile(
    config,
    `user ${userInfo().username}; daemon off; worker_processes auto; pid ${root}/pid; error_log ${root}/error.log;
     events { worker_connections 1024; }
     http {
       access_log off; sendfile on; keepalive_requests 1000000;
       proxy_cache_path ${root}/cache levels=1:2 keys_zone=bench:10m max_size=1g use_temp_path=off;
       proxy_temp_path ${root}/temp; client_body_temp_path ${root}/client;
       fastcgi_temp_path ${root}/f; uwsgi_temp_path ${root}/u; scgi_temp_path ${root}/s;
       server { listen 127.0.0.1:${port}; location / { proxy_cache bench; proxy_pass ${store}; } }
     }`,
  );
  const child = spawn("nginx", ["-p", root, "-c", config]);
  return answering(toLoaded("nginx proxy_cache", child, port, "/"), child);
}

function toLoaded(what: string, child: ChildProcess, port: number, path: string): Loaded {
  const exit = once(child, "exit");
  return {
    what,
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    path,
    async stop() {
      child.kill();
      await exit;
    },
  };
}

async function answering(server: Loaded, child: ChildProcess): Promise<Loaded> {
  while (child.exitCode === null) {
    const response = await fetch(`${server.url}/health`).catch(() => undefined);
    await response?.body?.cancel();
    if (response !== undefined) return server;
    await pause(20);
  }
  throw new Error(`${server.what} ended before it answered`);
}
