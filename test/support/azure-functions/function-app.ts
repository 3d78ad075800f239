import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A Function App in a process of its own. */
export interface FunctionApp {
  readonly url: string;
  readonly pid: number;
  /** What it wrote: JSON lines of its log, and what it printed. */
  log(): string;
  /** Runs a timer's function; rejects with what it throws. */
  trigger(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** @param entry of the app: a TypeScript file, or `main` of a package. */
export async function startFunctionApp(
  entry: string,
  env: Readonly<Record<string, string>>,
  execArgv: readonly string[] = [],
): Promise<FunctionApp> {
  const child = fork(join(import.meta.dirname, "host.ts"), [entry], {
    env: { PATH: process.env["PATH"], ...env },
    execArgv: [...execArgv],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (log += text));
  }
  const died = once(child, "exit").then(([code]) => {
    throw new Error(`the Function App ended (${String(code)}):\n${log.slice(-4000)}`);
  });
  died.catch(() => undefined);
  const [{ port }] = (await Promise.race([once(child, "message"), died])) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    log: () => log,
    async trigger(name) {
      const answered = once(child, "message");
      child.send(name);
      const [{ error }] = (await Promise.race([answered, died])) as [{ error?: string }];
      if (error !== undefined) throw new Error(error);
    },
    async stop() {
      const ended = died.catch(() => undefined);
      child.kill();
      await ended;
    },
  };
}
