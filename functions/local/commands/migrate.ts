import { parseSize, SIZE } from "@remote-storage/core/settings/size.ts";
import { type Command, InvalidArgumentError } from "commander";
import type { CommandContext } from "./command.ts";
import { migrate, type MigrateFlags } from "./migrate/migrate.ts";

const HELP = `
Without --from and --to: from the folders DATA_PATH/storage/<prefix>-public and -private to the buckets of
the same names at the configured provider. Else from a folder or link to a link; links may end in /.

What was done is kept in a journal. Run the same command again after it was stopped, killed or failed: it
goes on, inside large files too. Each object's checksum is bound into its request and compared with what the
store says. Another object in the target is never written over without --overwrite, an equal one is
not sent again. A source that changes meanwhile is told (exit code 6); the next run copies it.
Content type, metadata, Cache-Control and its kin are kept, and the modification time as rclone keeps it
(metadata "mtime").

Patterns are globs: * and ? stop at a slash, ** does not; one that begins with / holds from the
beginning of the key. --exclude wins.

Examples:
  remote-storage migrate --dry-run
  remote-storage migrate --verify --report migration.csv
  remote-storage migrate --from /mnt/images --to s3://my-bucket/images/ --exclude '*.tmp'
  remote-storage migrate --from azure://old/ --to my-car-datasets://cars_2020/ --bandwidth 20m

Exit codes:
  0  every object is in the target     5  the store did not answer, however often it was tried
  1  several things went wrong         6  the source changed meanwhile: run it again
  2  usage or settings                 7  verification found differences
  3  source missing                    130, 143  stopped by a signal: run it again
  4  destination missing or denied`;

export function migrateCommand(command: Command, context: CommandContext): void {
  command
    .description("Copy the local storage, or any folder or prefix, into a bucket, and prove it.")
    .option("--from <folder or link>", "what to copy")
    .option("--to <link>", "where to")
    .option("--dry-run", "say what would be done, and do nothing")
    .option("--verify", "compare both sides afterwards")
    .option("--resume", "only go on with an earlier run; fail when there is none")
    .option("--report <file>", "write what became of each object: CSV, or NDJSON by its name")
    .option("--include <pattern>", "only keys like this; may be repeated", collect, [])
    .option("--exclude <pattern>", "no keys like this; may be repeated", collect, [])
    .option("--overwrite", "write over other objects in the target")
    .option(
      "--concurrency <count>",
      "most requests at a time; the best number is found",
      parseCount,
    )
    .option("--bandwidth <size>", "bytes a second, such as 512k or 20m", parseBandwidth)
    .option("--journal <folder>", "keep the journal here (default: in DATA_PATH)")
    .option("--json", "one JSON object for each object of the migration, then the summary")
    .option("-q, --quiet", "no progress and no summary on standard error")
    .addHelpText("after", HELP)
    .action((flags: MigrateFlags) => migrate(flags, context));
}

function collect(pattern: string, before: readonly string[]): readonly string[] {
  return [...before, pattern];
}

/** More would only wait at the other end, and sockets run out. */
const MOST = 1024;

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d{1,4}$/.test(text) && count >= 1 && count <= MOST) return count;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST}.`);
}

function parseBandwidth(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== undefined && bytes > 0) return bytes;
  throw new InvalidArgumentError(`Expected ${SIZE}, for each second.`);
}
