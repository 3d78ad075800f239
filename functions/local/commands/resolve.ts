import {
  createLinkFileWriter,
  type LinkFileFormat,
  type ResolveFileOptions,
} from "@remote-storage/core/links/resolve-file.ts";
import { type Command, Option } from "commander";
import { type CommandContext, CommandFailure, EXIT } from "./command.ts";
import { expiresOption } from "./expires-option.ts";
import { openInput } from "./input.ts";
import { openOutput } from "./output.ts";
import { openProgress } from "./progress.ts";
import { resolveInput } from "./resolve/resolve-input.ts";
import { createTally, describeFailures } from "./resolve/tally.ts";
import { openCommandStorage } from "./storage.ts";

const HELP = `
Every link becomes one row, in the order of the file. A link that cannot be resolved becomes a row
that says why; it never stops the others. The last row sums up.

  ndjson  {"line","link","provider","method","url","headers","expiresAt"}
          or {"line","link","error":{"code","message","hint"}}, then {"summary":{…}}
  csv     the same columns, a header first
  urls    the URL alone; links that failed are left out

Nothing is sent anywhere: whether an object exists shows when its URL is opened.
Large files are worked on by all processors. Signed URLs open the object for everyone who has
them: keep the report as you would keep a key.

Examples:
  remote-storage resolve links.txt > signed.ndjson
  remote-storage resolve links.txt --format urls --expires 12h | xargs -n 1 -P 8 curl -sSO
  grep cats links.txt | remote-storage resolve - --format csv --out cats.csv
  remote-storage resolve signed.ndjson --only-failed --out second-try.ndjson`;

interface ResolveFlags {
  readonly out?: string;
  readonly format: LinkFileFormat;
  readonly expires?: number;
  readonly onlyFailed?: boolean;
  readonly quiet?: boolean;
}

export function resolveCommand(command: Command, context: CommandContext): void {
  command
    .description(
      "Turn a file of links, one a line, into requests that anyone may send until they expire.",
    )
    .argument("<file>", "the link file; - reads standard input")
    .option("-o, --out <file>", "write here instead of standard output; it appears when complete")
    .addOption(
      new Option("-f, --format <format>", "how rows are written")
        .choices(["ndjson", "csv", "urls"])
        .default("ndjson"),
    )
    .addOption(expiresOption())
    .option("--only-failed", "<file> is an earlier ndjson report: resolve again what failed in it")
    .option("-q, --quiet", "no progress and no summary on standard error")
    .addHelpText("after", HELP)
    .action((file: string, flags: ResolveFlags) => resolve(file, flags, context));
}

async function resolve(file: string, flags: ResolveFlags, context: CommandContext): Promise<void> {
  const storage = await openCommandStorage(context.env);
  const { expires = storage.settings.signing.defaultExpires, format, quiet = false } = flags;
  const options: ResolveFileOptions = { method: "GET", expires, format };
  const input = await openInput(file, context);
  const output = await openOutput(flags.out, context);
  const progress = await openProgress(context, { quiet, ...(input.size && { total: input.size }) });
  const tally = createTally();
  try {
    const writer = createLinkFileWriter(format);
    await output.write(writer.head);
    await resolveInput({
      input,
      storage,
      options,
      onlyFailed: flags.onlyFailed ?? false,
      deliver: async (rows, summary, bytes) => {
        await output.write(rows);
        tally.add(summary);
        progress.update(bytes, tally.toString());
      },
    });
    await output.write(writer.summary(tally.total()));
    await output.commit();
  } catch (error) {
    await output.discard();
    throw error;
  } finally {
    progress.stop();
  }
  const summary = tally.total();
  if (summary.failed > 0) {
    throw new CommandFailure(EXIT.someFailed, describeFailures(summary));
  }
  if (!quiet) context.stderr.write(`${tally.toString()}\n`);
}
