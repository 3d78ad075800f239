import type { Readable, Writable } from "node:stream";

/** What the process gives to a command: nothing in it is read from globals. */
export interface CommandContext {
  /** The environment with `.env` below it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Data only. */
  readonly stdout: Writable;
  /** Talk: progress, summaries, errors. `isTTY` turns progress bars on. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Aborted by SIGINT or SIGTERM: the command stops at once and leaves nothing half done. */
  readonly signal: AbortSignal;
  /** From now on the listener is called for each SIGINT and SIGTERM, instead of `signal` being aborted. */
  readonly takeSignals?: (listener: (signal: NodeJS.Signals) => void) => void;
  /** Calls the listener for each SIGHUP, which then no longer ends the process. */
  readonly onHangup?: (listener: () => void) => void;
}

/** How a command ends; scripts branch on it. */
export const EXIT = {
  ok: 0,
  someFailed: 1,
  usage: 2,
  sourceMissing: 3,
  destination: 4,
  retriesExhausted: 5,
  sourceChanged: 6,
  differs: 7,
} as const;

/** Ends a command: the message is the one line that the user reads (what, where, what to do). */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly exitCode: number;

  constructor(exitCode: number, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}
