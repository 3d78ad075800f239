#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { constants } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";

// In the installation's own folder: a cache in the shared temporary directory could be another user's code.
enableCompileCache(join(import.meta.dirname, "../../node_modules/.cache/remote-storage"));

const stop = new AbortController();
let exitBySignal: number | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // Asked twice: whoever asks does not want to wait for a clean end.
    if (exitBySignal !== undefined) process.exit(exitBySignal);
    exitBySignal = 128 + constants.signals[signal];
    stop.abort();
  });
}

// The reader has seen enough (`| head`); there is nobody left to tell.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const { run } = await import("./commands/program.ts");
const exitCode = await run(process.argv.slice(2), {
  env: { ...dotEnv(), ...process.env },
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
});
process.exitCode = exitBySignal ?? exitCode;

/** The `.env` of the working directory, when there is one. What the environment says wins over it. */
function dotEnv(): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(".env", "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}
