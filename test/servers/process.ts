import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** A server that the tests started, with the end of what it said. */
export interface Running {
  /** Rejects with the server's last words when it ends before it is stopped. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/** A TCP port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

export function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const hear = (text: string): void => {
    said = (said + text).slice(-4000);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", hear);
  const { promise: ended, reject } = Promise.withResolvers<never>();
  // Only who waits for the server to answer wants to know.
  ended.catch(() => undefined);
  child.on("error", reject);
  child.on("exit", (code, signal) => {
    reject(new Error(`${program} ended (${code ?? signal}):\n${said}`));
  });
  return { ended, stop: () => stop(child) };
}

const PATIENCE_MILLISECONDS = 10_000;

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  const kill = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MILLISECONDS);
  child.kill("SIGTERM");
  await exit;
  clearTimeout(kill);
}

/** Runs a tool to its end; throws with what it said when it fails. */
export function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  milliseconds = 60_000,
): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: milliseconds,
  });
  if (error !== undefined || status !== 0) {
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
  return stdout;
}

/** Waits until a URL answers, whatever it answers. */
export async function answers(url: string, running: Running, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  const poll = async (): Promise<void> => {
    while (Date.now() < end) {
      const response = await fetch(url).catch(() => undefined);
      await response?.body?.cancel();
      if (response !== undefined) return;
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
    throw new Error(`${url} does not answer after ${seconds} s`);
  };
  await Promise.race([poll(), running.ended]);
}
