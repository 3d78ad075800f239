import { Command, CommanderError } from "commander";
import manifest from "../../../package.json" with { type: "json" };
import type { CommandContext } from "./command.ts";
import { toFailure } from "./failure.ts";

interface Entry {
  readonly summary: string;
  /** Loads the one command that runs, which describes its arguments and help and does the work. */
  readonly load: () => Promise<(command: Command, context: CommandContext) => void>;
}

const COMMANDS: ReadonlyMap<string, Entry> = new Map([
  [
    "serve",
    {
      summary: "serve objects, signed access and links over HTTP",
      load: async () => (await import("./serve.ts")).serveCommand,
    },
  ],
  [
    "resolve",
    {
      summary: "turn a file of links into signed URLs",
      load: async () => (await import("./resolve.ts")).resolveCommand,
    },
  ],
  [
    "sign",
    {
      summary: "sign one link or object",
      load: async () => (await import("./sign.ts")).signCommand,
    },
  ],
  [
    "ls",
    {
      summary: "list buckets and objects",
      load: async () => (await import("./ls.ts")).lsCommand,
    },
  ],
  [
    "migrate",
    {
      summary: "copy the local storage, or any folder or prefix, into a bucket",
      load: async () => (await import("./migrate.ts")).migrateCommand,
    },
  ],
  [
    "manifest",
    {
      summary: "list objects for a tool that copies them",
      load: async () => (await import("./manifest.ts")).manifestCommand,
    },
  ],
  [
    "cache",
    {
      summary: "look into the caches of this machine, and empty them",
      load: async () => (await import("./cache.ts")).cacheCommand,
    },
  ],
  [
    "jupyter",
    {
      summary: "run Jupyter, its notebooks kept in the storage",
      load: async () => (await import("./jupyter.ts")).jupyterCommand,
    },
  ],
  [
    "doctor",
    {
      summary: "find out why links do not open",
      load: async () => (await import("./doctor.ts")).doctorCommand,
    },
  ],
]);

const HELP = `
Settings come from the environment and from .env in the working directory.
Data goes to standard output, everything else to standard error.

Examples:
  remote-storage serve
  remote-storage resolve links.txt --out signed.ndjson
  remote-storage sign s3://my-bucket/cats/a.jpg
  remote-storage ls private/cats/

Exit codes:
  0  all done                        4  destination missing or denied
  1  some items failed               5  storage did not answer in time
  2  usage or settings               130, 143  stopped by a signal
  3  source missing                  (migrate has more: migrate --help)`;

/** Runs one command line (without the program's own name) and answers with its exit code. Never throws. */
export async function run(argv: readonly string[], context: CommandContext): Promise<number> {
  try {
    const program = await openProgram(argv, context);
    await program.parseAsync(argv, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has written its message already; its 1 means a wrong command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const failure = toFailure(error, context);
    context.stderr.write(`error: ${failure.message}\n`);
    return failure.exitCode;
  }
}

async function openProgram(argv: readonly string[], context: CommandContext): Promise<Command> {
  const program = new Command("remote-storage")
    .description("Signed access and links for objects in storage you already own.")
    .usage("<command> [options]")
    .version(manifest.version)
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .exitOverride()
    .addHelpText("after", HELP);
  const wanted = argv.find((word) => COMMANDS.has(word));
  for (const [name, { summary, load }] of COMMANDS) {
    const command = program.command(name).summary(summary);
    if (name === wanted) (await load())(command, context);
  }
  return program;
}
