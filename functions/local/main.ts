import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { parseEnv } from "node:util";

const stop = new AbortController();
let exitBySignal: number | undefined;
let takeSignal: ((signal: NodeJS.Signals) => void) | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (takeSignal !== undefined) {
      takeSignal(signal);
      return;
    }
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
  takeSignals: (listener) => {
    takeSignal = listener;
  },
  onHangup: (listener) => process.on("SIGHUP", listener),
});
process.exitCode = exitBySignal ?? exitCode;

/** The `.env` of the working directory, when there is one. What the environment says wins over it. */
function dotEnv(): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(".env", "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    process.stderr.write(`error: cannot read .env: ${String(error)}\n`);
    return process.exit(2);
  }
}
