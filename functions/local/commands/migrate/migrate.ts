import { createWire } from "../../../migration/bucket/wire.ts";
import { createFilter } from "../../../migration/filter.ts";
import { type CommandContext, CommandFailure, EXIT } from "../command.ts";
import { type Output, openOutput } from "../output.ts";
import { type CommandStorage, openCommandStorage } from "../storage.ts";
import { exitCodeOf } from "./exit-code.ts";
import { openInside } from "./inside.ts";
import { copyRoute } from "./copy-route.ts";
import { tellCutOver } from "./cut-over.ts";
import { openReport, type Report } from "./report.ts";
import { type Route, routesOf } from "./sides.ts";
import { verifyRoute } from "./verify-route.ts";

export interface MigrateFlags {
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly verify?: boolean;
  readonly resume?: boolean;
  readonly report?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly overwrite?: boolean;
  readonly concurrency?: number;
  readonly bandwidth?: number;
  readonly journal?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What all routes of a command share. */
export interface Work {
  readonly flags: MigrateFlags;
  readonly context: CommandContext;
  readonly storage: CommandStorage;
  readonly wanted: (key: string) => boolean;
  /** The command's data. */
  readonly output: Output;
  /** Talk, unless `--quiet`. */
  readonly say: (line: string) => void;
}

const CONNECTIONS = 256;

/** Runs every route, then tells in one exit code how it went. Throws CommandFailure unless all went well. */
export async function migrate(flags: MigrateFlags, context: CommandContext): Promise<void> {
  if (flags.dryRun === true && (flags.verify === true || flags.report !== undefined)) {
    const message =
      "--dry-run does nothing to verify or report: it lists what would be done (--json)";
    throw new CommandFailure(EXIT.usage, message);
  }
  const storage = await openInside(await openCommandStorage(context.env));
  const routes = routesOf(storage, flags.from, flags.to);
  const work: Work = {
    flags,
    context,
    storage,
    wanted: createFilter(flags),
    output: await openOutput(undefined, context),
    say: (line) => {
      if (flags.quiet !== true) context.stderr.write(`${line}\n`);
    },
  };
  const report = await openReport(flags.report, context);
  try {
    const codes: number[] = [];
    for (const route of routes) codes.push(await runRoute(route, work, report));
    await report.commit();
    finish(codes, work);
    // The local storage as a whole has moved.
    if (flags.from === undefined && flags.dryRun !== true) await tellCutOver(work);
  } catch (error) {
    await report.discard();
    throw error;
  }
}

async function runRoute(route: Route, work: Work, report: Report): Promise<number> {
  const wire = createWire({ connections: work.flags.concurrency ?? CONNECTIONS });
  try {
    const { summary, journal, names } = await copyRoute(route, work, wire);
    const code = exitCodeOf(summary);
    const { verify = false } = work.flags;
    if (verify && summary.stopped === undefined) {
      const verified = await verifyRoute(route, work, report);
      return code === EXIT.ok ? verified : code;
    }
    if (journal !== undefined) await report.addJournal(journal, names);
    return code;
  } finally {
    await wire.close();
  }
}

/** The worst of the routes decides; two that went wrong in different ways are told as such. */
function finish(codes: readonly number[], { context }: Work): void {
  context.signal.throwIfAborted();
  const wrong = new Set(codes.filter((code) => code !== EXIT.ok));
  if (wrong.size === 0) return;
  const [only = EXIT.someFailed] = wrong;
  const code = wrong.size === 1 ? only : EXIT.someFailed;
  throw new CommandFailure(code, ADVICE[code] ?? "the migration is not complete: see above");
}

const ADVICE: Readonly<Record<number, string>> = {
  [EXIT.sourceMissing]: "the source is not there",
  [EXIT.destination]: "the destination is missing, full, or refuses to be written",
  [EXIT.retriesExhausted]:
    "the store did not answer, however often it was tried: run the same command again to go on",
  [EXIT.sourceChanged]: "the source changed meanwhile: run the same command again",
  [EXIT.differs]: "the two sides are not the same: see above",
};
