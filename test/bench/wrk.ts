import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What one run has seen. Times in milliseconds. */
export interface Load {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

export interface LoadOptions {
  readonly folder: string;
  readonly url: string;
  /** Asked for one after the other, each as `<path>object-<number>.jpg`. */
  readonly path: string;
  readonly objects: number;
  readonly token: string;
  readonly connections: number;
  readonly seconds: number;
}

export function hasWrk(): boolean {
  return spawnSync("wrk", ["-v"]).error === undefined;
}

/** Throws when an answer is not a 2xx. */
export async function runWrk(options: LoadOptions): Promise<Load> {
  const { folder, url, path, objects, token, connections, seconds } = options;
  const script = join(folder, "wrk.lua");
  await writeFile(
    script,
    `local n = 0
     wrk.headers["Authorization"] = "Bearer ${token}"
     request = function() n = (n + 1) % ${objects}; return wrk.format("GET", "${path}object-" .. n .. ".jpg") end
     done = function(summary, latency)
       local errors = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
       print(string.format("figures %d %d %d %d %d", summary.requests, summary.duration,
         latency:percentile(50), latency:percentile(99), errors))
     end`,
  );
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "30s", "-s", script, url];
  const child = spawn("wrk", args, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  await once(child, "close");
  const figures = /^figures (.*)$/m.exec(said)?.[1]?.split(" ").map(Number) ?? [];
  const [requests = 0, micros = 0, p50 = 0, p99 = 0, errors] = figures;
  if (errors !== 0) throw new Error(said);
  return { requests, perSecond: (requests * 1e6) / micros, p50: p50 / 1000, p99: p99 / 1000 };
}
