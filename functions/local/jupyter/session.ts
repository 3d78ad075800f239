import { CommandFailure, EXIT, type CommandContext } from "../commands/command.ts";
import { toFailure } from "../commands/failure.ts";
import { type Child, type Program, startChild } from "./child.ts";
import { keepSending, type Pace, sendRest } from "./keep-sending.ts";
import { passSignals } from "./signals.ts";
import { describeHeld, enumerate } from "./status.ts";
import type { Round, Sync } from "./sync.ts";

export interface SessionEnd {
  /** The command's exit code. */
  readonly code: number;
  readonly stoppedBy?: NodeJS.Signals;
  /** What is not in the storage, and why. */
  readonly left?: CommandFailure;
}

export interface Session {
  readonly root: string;
  readonly pace: Pace;
  /** Ends whatever is under way with the storage. */
  readonly giveUp: AbortController;
  /** Milliseconds that sending may go on after the command's end. */
  readonly flush: number;
  /** Absent: nothing is sent. */
  readonly sync?: Sync;
}

/** Runs a command and nothing else. */
export async function runAlone(program: Program, context: CommandContext): Promise<SessionEnd> {
  const child = startChild(program);
  const signals = passSignals(context, child, () => undefined);
  return end(await child.ended, signals.stoppedBy());
}

/** Runs a command and sends what it changes, to the end and a while beyond. Throws when it cannot be started. */
export async function runKept(
  program: Program,
  context: CommandContext,
  { root, pace, giveUp, flush, sync }: Session,
): Promise<SessionEnd> {
  if (sync === undefined) return runAlone(program, context);
  const outOfTime = new CommandFailure(EXIT.retriesExhausted, "there was no more time to send it");
  const stop = (): void => giveUp.abort(outOfTime);
  const child: Child = startChild(program);
  const signals = passSignals(context, child, stop);
  const over = new AbortController();
  const sending = keepSending(sync, over.signal, pace);
  const code = await child.ended.finally(() => over.abort());
  signals.childEnded();
  const timer = setTimeout(stop, flush);
  try {
    await sending;
    const left = await leftOver(sync, await sendRest(sync, giveUp.signal, pace), root, context);
    return end(code, signals.stoppedBy(), left);
  } finally {
    clearTimeout(timer);
  }
}

function end(code: number, stoppedBy?: NodeJS.Signals, left?: CommandFailure): SessionEnd {
  return {
    code,
    ...(stoppedBy !== undefined && { stoppedBy }),
    ...(left !== undefined && { left }),
  };
}

async function leftOver(
  sync: Sync,
  { troubles: [trouble], held }: Round,
  root: string,
  context: CommandContext,
): Promise<CommandFailure | undefined> {
  if (trouble === undefined) {
    const message = describeHeld(held);
    return message === "" ? undefined : new CommandFailure(EXIT.someFailed, message);
  }
  const { exitCode, message } = toFailure(trouble.error, context);
  try {
    const paths = enumerate(await sync.unsent());
    const where = `they lie in ${root} and are sent after the next start`;
    return new CommandFailure(exitCode, `not in the storage: ${paths}; ${where} (${message})`);
  } catch (error) {
    return toFailure(error, context);
  }
}
