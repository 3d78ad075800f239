import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "@remote-storage/core/settings/duration.ts";
import type { CommandContext } from "./command.ts";

const HELP = `
STORAGE_JUPYTER_SYNC=true                 changes in the folder are sent to the private bucket
JUPYTER_DOWNLOAD_FILES_BEFORE_START=true  what the bucket has is fetched before the command starts

The command runs in the folder with this terminal's input and output, and gets the signals that this
process gets, but not its secrets. Only what its settings switch on is done: with neither it just runs.

What was changed here and elsewhere is kept twice: the other version lies beside the file, "(from storage
…)" in its name. Removing is careful: an object goes only when it is as it was when this folder last had
it, and not when more than --max-delete percent of the files are gone at once. What cannot be sent stays
in the folder and is sent later, also after a crash.

Never sent: names that begin with a dot (.ipynb_checkpoints, .git, .env), *~, ~$*, #*#, __pycache__,
symbolic links, and what --ignore says.

Exit codes: the command's own; 130 or 143 when this process was stopped by a signal; else, when something
could not be sent, 1, 4 (denied) or 5 (the storage did not answer), and it is said what and where it lies.

Examples:
  remote-storage jupyter -- jupyter lab
  remote-storage jupyter --dir notebooks --prefix jupyter/anna -- jupyter notebook --no-browser
  remote-storage jupyter --ignore '*.parquet' --ignore scratch/ -- jupyter lab`;

/** The command's options as they are parsed. */
export interface JupyterFlags {
  readonly dir: string;
  readonly prefix: string;
  readonly ignore: readonly string[];
  /** Seconds. */
  readonly interval: number;
  /** Percent. */
  readonly maxDelete: number;
  /** Seconds. */
  readonly flush: number;
}

export function jupyterCommand(command: Command, context: CommandContext): void {
  command
    .description("Run Jupyter, its notebook folder kept in the private bucket.")
    .usage("[options] -- <command...>")
    .argument("<command...>", "what to run, after --")
    .option("--dir <folder>", "the notebook folder", ".")
    .option("--prefix <prefix>", "where in the private bucket", parsePrefix, "jupyter/")
    .addOption(
      new Option("--ignore <glob>", "do not send or fetch these; may be repeated")
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(
      new Option("--interval <duration>", "how often to look for changes")
        .argParser(parseTime)
        .default(2, "2s"),
    )
    .option(
      "--max-delete <percent>",
      "how many of the files may be removed at once",
      parsePercent,
      50,
    )
    .addOption(
      new Option("--flush <duration>", "how long to go on sending after the command's end")
        .argParser(parseTime)
        .default(30, "30s"),
    )
    .addHelpText("after", HELP)
    .action(async (words: readonly string[], flags: JupyterFlags) => {
      const { runJupyter } = await import("../jupyter/run-jupyter.ts");
      await runJupyter(words, flags, context);
    });
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

function parsePrefix(text: string): string {
  if (/^[^/].*/s.test(text)) return text.endsWith("/") ? text : `${text}/`;
  throw new InvalidArgumentError("Expected what keys begin with, such as jupyter/anna.");
}

function parseTime(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds >= 1) return seconds;
  throw new InvalidArgumentError("Expected a duration from 1s, such as 5s or 2m.");
}

function parsePercent(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw new InvalidArgumentError("Expected a whole number from 0 to 100.");
}
