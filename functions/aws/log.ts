import type { Log } from "@remote-storage/core/log.ts";
import type { LogLevel } from "@remote-storage/core/settings/settings.ts";
import type { Invocation } from "./invocation.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

/** A log from one level on; the level is known only once the settings are. */
export type LogAt = (level: LogLevel) => Log;

/**
 * JSON lines as CloudWatch reads them. A logging library would be a good part of a cold start.
 *
 * @param write takes whole lines.
 * @param current the invocation that runs now.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function createLog(
  write: (line: string) => unknown,
  now: () => Date,
  current: () => Invocation | undefined,
): LogAt {
  const writer =
    (level: LogLevel, lowest: LogLevel) =>
    (fields: Readonly<Record<string, unknown>>, message: string) => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(lowest)) return;
      const head = { timestamp: now().toISOString(), level: level.toUpperCase(), message };
      // Fields come between, and change none of it.
      write(`${JSON.stringify({ ...head, ...current(), ...fields, ...head })}\n`);
    };
  return (lowest) => ({
    debug: writer("debug", lowest),
    info: writer("info", lowest),
    warn: writer("warn", lowest),
    error: writer("error", lowest),
  });
}
