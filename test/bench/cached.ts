import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { main } from "./command.ts";
import { printFigures } from "./table.ts";
import { freePort } from "../servers/process.ts";

const OBJECTS = 200;
const SIZE = 100_000;
const CONNECTIONS = 64;
const SECONDS = 5;
const TOKEN = "bench-token-0123456789";

interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** P5: cached objects of 100 kB over HTTP with 64 connections, beside nginx's proxy_cache and a bare Node server. */
export async function benchCached(): Promise<void> {
  const title = `P5  ${OBJECTS} cached objects of ${SIZE / 1000} kB, ${CONNECTIONS} connections`;
  if (!has("wrk")) {
    printFigures(title, [["not measured", "wrk is missing (Debian: wrk)"]]);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "remote-storage-bench-"));
  const origin = await openOrigin();
  try {
    const ours = await withServer(folder, origin.port, (port) =>
      load(folder, port, "/content/private/"),
    );
    const nginx = has("nginx")
      ? await withNginx(folder, origin.port, (port) => load(folder, port, "/"))
      : undefined;
    const bare = await load(folder, origin.port, "/");
    printFigures(title, [
      ["remote-storage", describe(ours)],
      [
        "nginx proxy_cache",
        nginx === undefined ? "missing (Debian: nginx-light)" : describe(nginx),
      ],
      ["Node's own server, from memory", describe(bare)],
      ["ours / nginx", nginx === undefined ? "?" : `${ratio(ours, nginx)}  bar: ≥ 0.5`],
      ["ours / bare Node", ratio(ours, bare)],
      ["p99 / p50", `${(ours.p99 / ours.p50).toFixed(1)}  bar: ≤ 5`],
    ]);
  } finally {
    origin.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function describe({ perSecond, p50, p99 }: Load): string {
  return `${Math.round(perSecond)} requests/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
}

function ratio(ours: Load, theirs: Load): string {
  return (ours.perSecond / theirs.perSecond).toFixed(2);
}

function has(program: string): boolean {
  return spawnSync(program, ["-v"]).error === undefined;
}

/** A store that answers every GET with 100 kB. */
async function openOrigin() {
  const body = Buffer.alloc(SIZE, "x");
  const server = createServer((_request, response) => {
    response.writeHead(200, {
      "Content-Length": SIZE,
      "Content-Type": "image/jpeg",
      ETag: '"bench"',
      "Last-Modified": "Tue, 01 Jan 2030 00:00:00 GMT",
      "Cache-Control": "max-age=3600",
    });
    response.end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return {
    port: address.port,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function withServer<Value>(
  folder: string,
  origin: number,
  use: (port: number) => Promise<Value>,
): Promise<Value> {
  const port = await freePort();
  const env = {
    PATH: process.env["PATH"],
    STORAGE_PROVIDER: "minio",
    STORAGE_ENDPOINT: `http://127.0.0.1:${origin}`,
    STORAGE_REGION: "us-east-1",
    STORAGE_ACCESS_KEY: "bench",
    STORAGE_SECRET_KEY: "bench-secret",
    DATA_PATH: join(folder, "data"),
    API_TOKENS: TOKEN,
    URL_SIGNING_KEYS: "k:bench-signing-key",
    LOG_LEVEL: "silent",
    PORT: String(port),
  };
  return during(spawn(process.execPath, [main, "serve"], { env, cwd: folder }), port, use);
}

async function withNginx<Value>(
  folder: string,
  origin: number,
  use: (port: number) => Promise<Value>,
): Promise<Value> {
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
       server { listen 127.0.0.1:${port}; location / { proxy_cache bench; proxy_pass http://127.0.0.1:${origin}; } }
     }`,
  );
  return during(spawn("nginx", ["-p", root, "-c", config]), port, use);
}

async function during<Value>(
  child: ReturnType<typeof spawn>,
  port: number,
  use: (port: number) => Promise<Value>,
): Promise<Value> {
  const exit = once(child, "exit");
  let over = false;
  void exit.then(() => (over = true));
  try {
    for (;;) {
      if (over) throw new Error(`${child.spawnfile} ended before it answered`);
      const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
      await response?.body?.cancel();
      if (response !== undefined) return await use(port);
      await pause(20);
    }
  } finally {
    child.kill();
    await exit;
  }
}

/** One round fills the cache and warms the code; the second counts. */
async function load(folder: string, port: number, path: string): Promise<Load> {
  const script = join(folder, "wrk.lua");
  await writeFile(
    script,
    `local n = 0
     wrk.headers["Authorization"] = "Bearer ${TOKEN}"
     request = function() n = (n + 1) % ${OBJECTS}; return wrk.format("GET", "${path}object-" .. n .. ".jpg") end`,
  );
  const url = `http://127.0.0.1:${port}`;
  const args = ["-t1", `-c${CONNECTIONS}`, "--latency", "-s", script, url];
  await run("wrk", ["-d3s", ...args]);
  const text = await run("wrk", [`-d${SECONDS}s`, ...args]);
  if (text.includes("Non-2xx")) throw new Error(text);
  return {
    perSecond: Number(find(text, /Requests\/sec:\s+([\d.]+)/)),
    p50: toMillis(find(text, /50%\s+(\S+)/)),
    p99: toMillis(find(text, /99%\s+(\S+)/)),
  };
}

/** Not `spawnSync`: the store runs in this process. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(child, "close");
  return text;
}

function find(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`no ${pattern} in ${text}`);
  return found;
}

function toMillis(text: string): number {
  const value = Number.parseFloat(text);
  if (text.endsWith("us")) return value / 1000;
  return text.endsWith("ms") ? value : value * 1000;
}
