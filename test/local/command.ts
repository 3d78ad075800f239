import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const main = fileURLToPath(new URL("../../functions/local/start.js", import.meta.url));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  readonly folder: string;
  /** Runs the real command in the folder, with these settings and nothing of this machine's. */
  readonly run: (
    args: readonly string[],
    options?: { readonly env?: Record<string, string>; readonly input?: string },
  ) => Promise<Run>;
  /** The same, still running. */
  readonly start: (
    args: readonly string[],
    env?: Record<string, string>,
  ) => ChildProcessWithoutNullStreams;
}

/** An empty working directory, removed after the test. Its data, buckets and `.env` belong in it. */
export async function openPlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "remote-storage-command-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const start: Place["start"] = (args, env = {}) =>
    spawn(process.execPath, [main, ...args], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder, DATA_PATH: join(folder, "data"), ...env },
    });
  return {
    folder,
    start,
    async run(args, { env = {}, input = "" } = {}) {
      const child = start(args, env);
      // A command that reads nothing may be gone before the input is.
      child.stdin.on("error", () => undefined);
      child.stdin.end(input);
      const [[code], stdout, stderr] = await Promise.all([
        once(child, "close") as Promise<[number | null]>,
        text(child.stdout),
        text(child.stderr),
      ]);
      return { code, stdout, stderr };
    },
  };
}
