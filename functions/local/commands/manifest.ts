import { type Command, Option } from "commander";
import { listPages } from "../../migration/bucket/list-pages.ts";
import { FORMATS, type ManifestPlace } from "../../migration/manifest/format.ts";
import { CommandFailure, EXIT, type CommandContext } from "./command.ts";
import { sideAt } from "./migrate/sides.ts";
import { openOutput } from "./output.ts";
import { type CommandStorage, openCommandStorage, ownBucket } from "./storage.ts";

const HELP = `
A place is public/ or private/ with a prefix, or a link such as my-cars://cars/2020/.

Formats:
  ndjson    for the migration stack (DEPLOY_MIGRATION_FROM): key, size, etag and time of each object
  s3-batch  for S3 Batch Operations: bucket and percent-encoded key
  azcopy    for azcopy --list-of-files: names below the prefix

Examples:
  remote-storage manifest my-cars://cars/2020/ --out cars.ndjson
  remote-storage manifest s3://cars/ --format s3-batch --out cars.csv`;

interface ManifestFlags {
  readonly format: keyof typeof FORMATS;
  readonly out?: string;
}

export function manifestCommand(command: Command, context: CommandContext): void {
  command
    .description("List the objects of a place for a tool that copies them.")
    .argument("<place>", "what is to be copied")
    .addOption(
      new Option("-f, --format <name>", "for which tool")
        .choices(Object.keys(FORMATS))
        .default("ndjson"),
    )
    .option("-o, --out <file>", "instead of standard output")
    .addHelpText("after", HELP)
    .action(async (written: string, flags: ManifestFlags) => {
      const storage = await openCommandStorage(context.env);
      const { bucket, prefix } = placeAt(storage, written);
      const place: ManifestPlace = { bucket: bucket.name, prefix };
      const toLine = FORMATS[flags.format];
      const output = await openOutput(flags.out, context);
      const counts = { objects: 0, bytes: 0 };
      try {
        for await (const page of listPages(bucket, prefix, { signal: context.signal })) {
          // The prefix itself is the folder that some tools make: it has no name below itself.
          const objects = page.filter(({ key }) => key.length > prefix.length);
          const lines = objects.map((object) => {
            counts.bytes += object.size;
            const text = toLine(object, place);
            if (text !== undefined) return text;
            throw new CommandFailure(
              EXIT.someFailed,
              `${JSON.stringify(object.key)} cannot stand in a file for ${flags.format}; copy it by \`remote-storage migrate\``,
            );
          });
          counts.objects += objects.length;
          await output.write(lines.join(""));
        }
        await output.commit();
      } catch (error) {
        await output.discard();
        throw error;
      }
      context.stderr.write(`${counts.objects} objects, ${counts.bytes} bytes\n`);
    });
}

function placeAt(storage: CommandStorage, written: string) {
  if (written.includes("://")) return sideAt(storage, written, "the place");
  const { bucket, rest } = ownBucket(storage, written);
  if (rest === "" || rest.endsWith("/")) return { bucket, prefix: rest };
  const message = `the place ${written}: end it in / to mean what lies below it`;
  throw new CommandFailure(EXIT.usage, message);
}
