import type { CommandContext } from "../commands/command.ts";
import type { Child } from "./child.ts";

/** What signals do from the start of the child on. */
export interface Signals {
  /** The first that asked for an end. */
  readonly stoppedBy: () => NodeJS.Signals | undefined;
  /** From now on a signal ends the waiting. */
  childEnded(): void;
}

/**
 * Hands signals on to the child, which ends in its own way: Jupyter asks at the first SIGINT and obeys the second. One
 * that was typed at a terminal has reached the child already, since both are in the terminal's foreground group.
 *
 * @param giveUp called for a signal after the child's end.
 */
export function passSignals(context: CommandContext, child: Child, giveUp: () => void): Signals {
  let stoppedBy: NodeJS.Signals | undefined;
  let running = true;
  const pass = (signal: NodeJS.Signals): void => {
    if (running && signal === "SIGINT" && context.stdin.isTTY === true) return;
    stoppedBy ??= signal;
    if (running) child.kill(signal);
    else giveUp();
  };
  context.takeSignals?.(pass);
  context.onHangup?.(() => pass("SIGHUP"));
  return {
    stoppedBy: () => stoppedBy,
    childEnded() {
      running = false;
    },
  };
}
