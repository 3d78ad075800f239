import type { Log } from "@remote-storage/core/log.ts";
import type { LogLevel } from "@remote-storage/core/settings/settings.ts";
import { pino } from "pino";

/** Structured lines to a stream; stdout is left to what a person reads. */
export function createLog(
  level: LogLevel,
  out: { readonly write: (line: string) => unknown },
): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, out);
}
