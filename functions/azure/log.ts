import type { InvocationContext } from "@azure/functions";
import type { Log } from "@remote-storage/core/log.ts";
import type { LogLevel } from "@remote-storage/core/settings/settings.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

/** Where lines go: an invocation's context. */
export type Lines = Pick<InvocationContext, "debug" | "info" | "warn" | "error">;

/** A log from one level on; the level is known only once the settings are. */
export type LogAt = (level: LogLevel) => Log;

/** A line of JSON for each message. Time and severity are the platform's to add. */
export function createLog(current: () => Lines): LogAt {
  const writer =
    (level: "debug" | "info" | "warn" | "error", lowest: LogLevel) =>
    (fields: Readonly<Record<string, unknown>>, message: string) => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(lowest)) return;
      const head = { message };
      // Fields come between, and change none of it.
      current()[level](JSON.stringify({ ...head, ...fields, ...head }));
    };
  return (lowest) => ({
    debug: writer("debug", lowest),
    info: writer("info", lowest),
    warn: writer("warn", lowest),
    error: writer("error", lowest),
  });
}

/** Lines for what is told when no invocation runs: its context complains once the handler has returned. */
export function toLines(write: (line: string) => unknown): Lines {
  const put = (line: unknown) => void write(`${String(line)}\n`);
  return { debug: put, info: put, warn: put, error: put };
}
