import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type RuntimeApi, startRuntimeApi } from "./runtime-api.ts";

/** AWS's own runtime client with a function in it. */
export interface Runtime extends Pick<RuntimeApi, "invoke" | "ready"> {
  /** `performance.now()` when the process was started. */
  readonly started: number;
  /** What the function wrote, as CloudWatch would keep it. */
  log(): string;
  /** Bytes of resident memory at this moment, and the most there were. */
  memory(): Promise<{ readonly now: number; readonly peak: number }>;
  /** Milliseconds that processors have worked for it, which others on the machine hardly change. */
  processorTime(): Promise<number>;
  /** True while the process lives. */
  alive(): boolean;
  stop(): Promise<void>;
}

/** Where `install.sh` puts the runtime client. */
function findClient(): string {
  const folder =
    process.env["TEST_SERVERS_DIR"] ?? join(homedir(), ".cache", "remote-storage-test");
  const path = join(folder, "lambda/node_modules/aws-lambda-ric/index.mjs");
  if (existsSync(path)) return path;
  throw new Error(
    'aws-lambda-ric is not installed: run "bash test/servers/install.sh" and try again',
  );
}

/**
 * Starts a function as Lambda does.
 *
 * @param folder that holds the code.
 * @param handler as the function's configuration names it: `main.handler`.
 */
export async function startRuntime(
  folder: string,
  handler: string,
  env: Readonly<Record<string, string>>,
): Promise<Runtime> {
  const client = findClient();
  const api = await startRuntimeApi();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", join(import.meta.dirname, "native-free.ts"), client],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        TZ: ":UTC",
        AWS_REGION: "us-east-1",
        AWS_LAMBDA_RUNTIME_API: api.address,
        AWS_LAMBDA_FUNCTION_NAME: "objects",
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
        AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/objects",
        AWS_LAMBDA_LOG_STREAM_NAME: "stream",
        AWS_LAMBDA_LOG_FORMAT: "JSON",
        LAMBDA_TASK_ROOT: folder,
        _HANDLER: handler,
        ...env,
      },
    },
  );
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (log += text));
  }
  const died = once(child, "exit").then(([code, signal]) => {
    throw new Error(`the runtime ended (${String(code ?? signal)}):\n${log.slice(-4000)}`);
  });
  died.catch(() => undefined);
  return {
    started,
    ready: Promise.race([api.ready, api.refused, died]),
    log: () => log,
    invoke: (event, timeout) => Promise.race([api.invoke(event, timeout), died]),
    alive: () => child.exitCode === null && child.signalCode === null,
    memory: () => readMemory(child.pid),
    processorTime: () => readProcessorTime(child.pid),
    async stop() {
      const exit = died.catch(() => undefined);
      child.kill();
      await exit;
      await api.close();
    },
  };
}

async function readProcessorTime(pid: number | undefined): Promise<number> {
  const tasks = `/proc/${String(pid)}/task`;
  const texts = await Promise.all(
    (await readdir(tasks)).map((task) => readFile(`${tasks}/${task}/schedstat`, "utf8")),
  );
  return texts.reduce((sum, text) => sum + Number(text.split(" ", 1)[0]) / 1e6, 0);
}

async function readMemory(pid: number | undefined) {
  const status = await readFile(`/proc/${String(pid)}/status`, "utf8");
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
  return { now: bytes("VmRSS"), peak: bytes("VmHWM") };
}
