import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { main } from "./command.ts";
import { median, printFigures } from "./table.ts";
import { freePort } from "../servers/process.ts";

const STARTS = 7;

/** P7: from starting the process to the first answer, the median of several starts. */
export async function benchStart(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "remote-storage-bench-"));
  try {
    const bare: number[] = [];
    const first: number[] = [];
    for (let start = 0; start < STARTS; start += 1) {
      bare.push(await emptyProcess());
      first.push(await firstAnswer(folder));
    }
    printFigures("P7  start of the local server to its first answer (median of seven starts)", [
      ["remote-storage serve", `${median(first).toFixed(0)} ms  bar: ≤ 500 ms`],
      ["node itself, an empty script", `${median(bare).toFixed(0)} ms`],
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function emptyProcess(): Promise<number> {
  const start = performance.now();
  await once(spawn(process.execPath, ["--eval", ""]), "exit");
  return performance.now() - start;
}

async function firstAnswer(dataPath: string): Promise<number> {
  const port = await freePort();
  const start = performance.now();
  const server = spawn(process.execPath, [main, "serve"], {
    env: {
      PATH: process.env["PATH"],
      DATA_PATH: dataPath,
      PORT: String(port),
      LOG_LEVEL: "silent",
    },
    cwd: dataPath,
    stdio: "ignore",
  });
  const exit = once(server, "exit");
  try {
    const answered = await Promise.race([answer(port), exit.then(() => undefined)]);
    if (answered === undefined) throw new Error("the server ended before it answered");
    return answered - start;
  } finally {
    server.kill();
    await exit;
  }
}

/** When `GET /health` first answered. */
async function answer(port: number): Promise<number> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    if (response?.ok === true) return performance.now();
    await pause(2);
  }
}
