import { spawn } from "node:child_process";
import { constants } from "node:os";
import { CommandFailure, EXIT } from "../commands/command.ts";

/** A command that runs with this process's input and output. */
export interface Child {
  /** Its exit code, 128 and the signal's number when a signal ended it. Rejects when it cannot be started. */
  readonly ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

/** What is run, and where. */
export interface Program {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function startChild({ words: [program = "", ...args], cwd, env }: Program): Child {
  const child = spawn(program, args, { cwd, env: { ...env }, stdio: "inherit" });
  const { promise: ended, resolve, reject } = Promise.withResolvers<number>();
  child.on("error", ({ message }) => {
    reject(new CommandFailure(EXIT.usage, `cannot start ${program}: ${message}`));
  });
  child.on("exit", (code, signal) => {
    resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
  });
  return {
    ended,
    kill(signal) {
      child.kill(signal);
    },
  };
}
