import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** The program that the benches start. */
export const main = fileURLToPath(new URL("../../functions/local/start.js", import.meta.url));

export interface Cost {
  /** Wall time from spawn to exit. */
  readonly seconds: number;
  /** User and system time of all threads. */
  readonly cpuSeconds: number;
  /** Most resident memory of the whole process, threads included. */
  readonly peakMegabytes: number;
}

/** Runs in the process before the program and reports what it cost on descriptor 3 when it ends. */
const PROBE = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from "node:fs";
  process.on("exit", () => writeSync(3, JSON.stringify(process.resourceUsage())));
`)}`;

/** Runs the program to its end. `prefix` goes before node, as `taskset` does. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  prefix: readonly string[] = [],
): Promise<Cost> {
  const [file = process.execPath, ...rest] = [
    ...prefix,
    process.execPath,
    "--import",
    PROBE,
    main,
    ...args,
  ];
  const start = performance.now();
  const child = spawn(file, rest, {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const report = child.stdio[3];
  if (child.stderr === null || report === null || report === undefined || !("read" in report)) {
    throw new Error("the process has no pipes");
  }
  const [[code], stderr, usage] = await Promise.all([
    once(child, "close") as Promise<[number | null]>,
    text(child.stderr),
    text(report as NodeJS.ReadableStream),
  ]);
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${String(code)}: ${stderr}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(usage) as NodeJS.ResourceUsage;
  return {
    seconds,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMegabytes: maxRSS / 1024,
  };
}
