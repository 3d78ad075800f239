import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Cost } from "../command.ts";

/** Milliseconds between two looks; what a process does after the last is not counted. */
const INTERVAL = 20;

/** `sysconf(_SC_CLK_TCK)` of every Linux. */
const TICKS_A_SECOND = 100;

/** Runs any program to its end and looks at what it costs while it runs. Linux alone tells. */
export async function runWatched(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Cost> {
  const start = performance.now();
  const child = spawn(program, args, {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let cost = { cpuSeconds: 0, peakMegabytes: 0 };
  const timer = setInterval(() => {
    cost = lookAt(child.pid) ?? cost;
  }, INTERVAL);
  try {
    const [[code], complaints] = await Promise.all([
      once(child, "close") as Promise<[number | null]>,
      text(child.stderr),
    ]);
    const seconds = (performance.now() - start) / 1000;
    if (code === 0) return { seconds, ...cost };
    throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${complaints.slice(-2000)}`);
  } finally {
    clearInterval(timer);
  }
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function lookAt(pid = 0): Omit<Cost, "seconds"> | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    // The name, in parentheses, may hold spaces; user and system time are the 14th and 15th field.
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    const [, peak] = /^VmHWM:\s+(\d+) kB/m.exec(status) ?? [];
    if (peak === undefined) return undefined;
    return {
      cpuSeconds: (Number(user) + Number(system)) / TICKS_A_SECOND,
      peakMegabytes: Number(peak) / 1024,
    };
  } catch {
    // It has ended: what was seen before counts.
    return undefined;
  }
}
