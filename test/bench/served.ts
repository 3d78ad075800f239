import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent, get, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { main } from "./command.ts";
import { processorTime } from "./processor-time.ts";

const TOKEN = "bench-token-0123456789";

/** The local server in a process of its own. */
export interface ServedProcess {
  /** The body of a 200; anything else throws. */
  fetch(path: string): Promise<Buffer>;
  /** Seconds of processor time that it has had so far. */
  cpu(): Promise<number>;
  /** Most resident memory so far, in megabytes. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts it on the files in `dataPath`, at a free port. Linux only: its cost is read from proc(5). */
export async function serveProcess(dataPath: string): Promise<ServedProcess> {
  const child = spawn(process.execPath, [main, "serve"], {
    env: {
      PATH: process.env["PATH"],
      DATA_PATH: dataPath,
      PORT: "0",
      API_TOKENS: TOKEN,
      LOG_LEVEL: "silent",
      MALLOC_ARENA_MAX: "2",
    },
    cwd: dataPath,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const port = await listening(child.stdout);
  const agent = new Agent({ keepAlive: true });
  return {
    async fetch(path) {
      const headers = { authorization: `Bearer ${TOKEN}` };
      const request = get({ host: "127.0.0.1", port, path, headers, agent });
      const [answer] = (await once(request, "response")) as [IncomingMessage];
      const body = await buffer(answer);
      if (answer.statusCode !== 200) throw new Error(`${path}: ${body.toString()}`);
      return body;
    },
    cpu: () => processorTime(child.pid ?? 0),
    async memory() {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
    },
    async stop() {
      agent.destroy();
      child.kill();
      await exit;
    },
  };
}

async function listening(stdout: AsyncIterable<Buffer>): Promise<number> {
  let said = "";
  for await (const chunk of stdout) {
    said += chunk.toString();
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`the server ended before it listened: ${said}`);
}
