import { createLinkChecker, type LinkCheck } from "@remote-storage/core/links/check-link.ts";
import {
  createLinkFileWriter,
  type LinkFileFormat,
  type ResolveFileOptions,
} from "@remote-storage/core/links/resolve-file.ts";
import { type Command, Option } from "commander";
import { openGuardedFetch } from "../../guarded-fetch/open-guarded-fetch.ts";
import { type CommandContext, CommandFailure, EXIT } from "./command.ts";
import { expiresOption } from "./expires-option.ts";
import { openInput } from "./input.ts";
import { openOutput } from "./output.ts";
import { openProgress } from "./progress.ts";
import { openLinkInput } from "./resolve/link-input.ts";
import { resolveInput } from "./resolve/resolve-input.ts";
import { createTally, describeFailures } from "./resolve/tally.ts";
import { type CommandStorage, openCommandStorage } from "./storage.ts";

const HELP = `
Every link becomes one row, in the order of the file. A link that cannot be resolved becomes a row
that says why; it never stops the others. The last row sums up.

  ndjson  {"line","link","provider","method","url","headers","expiresAt"}
          or {"line","link","error":{"code","message","hint"}}, then {"summary":{…}}
  csv     the same columns, a header first
  urls    the URL alone; links that failed are left out

Nothing is sent anywhere: whether an object exists shows when its URL is opened, or with --check,
which asks the stores and adds "size", "type" and "etag", or an error. Public links are asked for
as well, never inside this machine's own network (LINK_FETCH_ALLOW, LINK_FETCH_DENY).
Large files are worked on by all processors. Signed URLs open the object for everyone who has
them: keep the report as you would keep a key.

Examples:
  remote-storage resolve links.txt > signed.ndjson
  remote-storage resolve links.txt --format urls --expires 12h | xargs -n 1 -P 8 curl -sSO
  grep cats links.txt | remote-storage resolve - --format csv --out cats.csv
  remote-storage resolve s3://my-bucket/lists/cats.txt --check --out checked.ndjson
  remote-storage resolve signed.ndjson --only-failed --out second-try.ndjson`;

interface ResolveFlags {
  readonly out?: string;
  readonly format: LinkFileFormat;
  readonly expires?: number;
  readonly check?: boolean;
  readonly onlyFailed?: boolean;
  readonly quiet?: boolean;
}

export function resolveCommand(command: Command, context: CommandContext): void {
  command
    .description(
      "Turn a file of links, one a line, into requests that anyone may send until they expire.",
    )
    .argument("<file>", "the link file, or a link to one; - reads standard input")
    .option("-o, --out <file>", "write here instead of standard output; it appears when complete")
    .addOption(
      new Option("-f, --format <format>", "how rows are written")
        .choices(["ndjson", "csv", "urls"])
        .default("ndjson"),
    )
    .addOption(expiresOption())
    .option("-c, --check", "look whether each object is there")
    .option("--only-failed", "<file> is an earlier ndjson report: resolve again what failed in it")
    .option("-q, --quiet", "no progress and no summary on standard error")
    .addHelpText("after", HELP)
    .action((file: string, flags: ResolveFlags) => resolve(file, flags, context));
}

async function resolve(file: string, flags: ResolveFlags, context: CommandContext): Promise<void> {
  const storage = await openCommandStorage(context.env);
  const { expires = storage.settings.signing.defaultExpires, format, quiet = false } = flags;
  const options: ResolveFileOptions = {
    method: "GET",
    expires,
    format,
    ...(flags.check === true && { check: openCheck(storage, context) }),
  };
  const input = file.includes("://")
    ? await openLinkInput(file, storage.resolver, context)
    : await openInput(file, context);
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

function openCheck({ resolver, settings }: CommandStorage, { signal }: CommandContext): LinkCheck {
  const fetchPublic = openGuardedFetch(settings.linkFetch);
  return createLinkChecker({ resolver, fetchPublic })(signal);
}
