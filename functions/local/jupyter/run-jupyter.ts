import { mkdirSync } from "node:fs";
import { constants } from "node:os";
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { SECRET_NAMES } from "@remote-storage/core/settings/describe-settings.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { CommandFailure, type CommandContext } from "../commands/command.ts";
import type { JupyterFlags } from "../commands/jupyter.ts";
import { openCommandStorage } from "../commands/storage.ts";
import { fetchFirst } from "./fetch-first.ts";
import { createIgnore } from "./ignore.ts";
import type { Pace } from "./keep-sending.ts";
import { ownFolders } from "./own-folders.ts";
import { runAlone, runKept, type SessionEnd } from "./session.ts";
import { createStatus } from "./status.ts";
import { createSync } from "./sync.ts";
import { openState } from "./sync-state.ts";

/**
 * Runs a command with its folder kept in the private bucket, as the settings say.
 *
 * @throws CommandFailure unless the command ended with 0 and all that is to be sent is in the storage.
 */
export async function runJupyter(
  words: readonly string[],
  flags: JupyterFlags,
  context: CommandContext,
): Promise<void> {
  const { settings, buckets } = await openCommandStorage(context.env);
  const { sync: sends, downloadBeforeStart: fetches } = settings.jupyter;
  const say = (line: string): void => void context.stderr.write(`remote-storage: ${line}\n`);
  const root = resolve(flags.dir);
  const ignore = createIgnore(flags.ignore, ownFolders(root, settings.dataPath));
  mkdirSync(root, { recursive: true });
  const program = { words, cwd: root, env: withoutSecrets(context.env) };
  if (!sends && !fetches) {
    say("STORAGE_JUPYTER_SYNC and JUPYTER_DOWNLOAD_FILES_BEFORE_START are off: nothing is kept");
    conclude(words, await runAlone(program, context), say);
    return;
  }

  const giveUp = new AbortController();
  const remote = { bucket: buckets.private, prefix: flags.prefix };
  const state = await openState(root, placeOf(settings, flags.prefix));
  const known = state.files.size > 0;
  const { maxDelete: mostRemovals } = flags;
  const sync = createSync({
    root,
    state,
    remote,
    ignore,
    mostRemovals,
    sends,
    signal: giveUp.signal,
  });
  const interval = flags.interval * 1000;
  const pace = {
    interval,
    sleep,
    clock: () => performance.now(),
    tell: createStatus(say),
  } satisfies Pace;
  if (state.note !== undefined) say(state.note);
  if (fetches) {
    const stop = (): void => giveUp.abort(context.signal.reason);
    context.signal.addEventListener("abort", stop);
    await fetchFirst(sync, known, { pace, say, signal: context.signal });
    context.signal.removeEventListener("abort", stop);
  }
  const session = { pace, giveUp, root, flush: flags.flush * 1000, ...(sends && { sync }) };
  conclude(words, await runKept(program, context, session), say);
}

/** The worst of it is how the process ends: a signal, then what the command says, then what was not sent. */
function conclude(
  [program = ""]: readonly string[],
  { code, stoppedBy, left }: SessionEnd,
  say: (line: string) => void,
): void {
  if (stoppedBy === undefined && code === 0) {
    if (left !== undefined) throw left;
    return;
  }
  if (left !== undefined) say(left.message);
  if (stoppedBy === undefined) throw new CommandFailure(code, `${program} ended with ${code}`);
  throw new CommandFailure(128 + constants.signals[stoppedBy], `stopped by ${stoppedBy}`);
}

/** Notebooks run anybody's code, which has no business with the keys of the storage and of this service. */
function withoutSecrets(env: CommandContext["env"]): CommandContext["env"] {
  const secret = new Set(SECRET_NAMES.flatMap((name) => [name, `${name}_FILE`]));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secret.has(name)));
}

/** What the state is about: files of another place are no news of this one. */
function placeOf({ storage, buckets, dataPath }: Settings, prefix: string): string {
  const where = storage.kind === "http" ? resolve(dataPath) : (storage.endpoint?.origin ?? "");
  const account = storage.kind === "azure" ? storage.account : "";
  return JSON.stringify([storage.kind, where, account, buckets.private, prefix]);
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
