import type { CommandContext } from "./command.ts";

/** How far a long command is. `done` and `total` are bytes of the input. */
export interface Progress {
  update(done: number, note: string): void;
  stop(): void;
}

/** Plain lines at most this often, in milliseconds: a log is read later, line by line. */
const PLAIN_INTERVAL = 5_000;

const nothing: Progress = { update: () => undefined, stop: () => undefined };

/**
 * On a terminal a bar (a plain count when the total is unknown), elsewhere a line every five seconds;
 * nothing when `quiet`. Always on standard error.
 */
export async function openProgress(
  { stderr }: CommandContext,
  options: { readonly total?: number; readonly quiet: boolean },
): Promise<Progress> {
  if (options.quiet) return nothing;
  return stderr.isTTY === true
    ? openBar(stderr, options.total)
    : openLines((line) => stderr.write(`${line}\n`));
}

async function openBar(stream: NodeJS.WritableStream, total?: number): Promise<Progress> {
  const { default: progress } = await import("cli-progress");
  const bar = new progress.SingleBar({
    stream,
    format: total === undefined ? "{note}" : "[{bar}] {percentage}% | {eta_formatted} | {note}",
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(total ?? 1, 0, { note: "" });
  return {
    update: (done, note) => bar.update(total === undefined ? 0 : done, { note }),
    stop: () => bar.stop(),
  };
}

function openLines(tell: (line: string) => void): Progress {
  let last = performance.now();
  return {
    update(_done, note) {
      const now = performance.now();
      if (now - last < PLAIN_INTERVAL) return;
      last = now;
      tell(note);
    },
    stop: () => undefined,
  };
}
