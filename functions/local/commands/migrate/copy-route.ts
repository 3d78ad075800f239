import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Wire } from "../../../migration/bucket/wire.ts";
import { JournalBusyError, JournalMismatchError } from "../../../migration/journal-error.ts";
import { runMigration } from "../../../migration/migration.ts";
import type { Outcome } from "../../../migration/outcome.ts";
import type { ReportPlaces } from "../../../migration/report/report-row.ts";
import type { Summary } from "../../../migration/summary.ts";
import { CommandFailure, EXIT } from "../command.ts";
import { describeOutcome, describeSummary } from "./describe-summary.ts";
import { type Ends, openEnds } from "./ends.ts";
import { OWN_POLICY } from "./inside.ts";
import { journalFolder, journalPath } from "./journal-path.ts";
import { openMeter } from "./meter.ts";
import type { Work } from "./migrate.ts";
import type { Route } from "./sides.ts";

export interface RouteResult {
  readonly summary: Summary;
  /** Where it lies; absent after a dry run. */
  readonly journal?: string;
  /** What stands before each key. */
  readonly names: ReportPlaces;
}

const now = (): Date => new Date();

/** Lines that are handed on together. */
const LINES = 1000;

/**
 * Migrates one route and tells how it went.
 *
 * @throws CommandFailure when the source is not there, or another run holds the journal.
 */
export async function copyRoute(route: Route, work: Work, wire: Wire): Promise<RouteResult> {
  const { flags, context, storage, wanted, say, output } = work;
  const { env, signal } = context;
  const ends = await openOrFail(() =>
    openEnds(route, storage, wire, { now, fetch, policy: OWN_POLICY, env }),
  );
  const { source, target } = ends;
  const journal = journalOf(ends, work);
  say(`${source.name} -> ${target.name}`);

  const meter = await openMeter(context, flags.quiet === true || flags.json === true);
  let lines: string[] = [];
  let writing = Promise.resolve();
  const flush = (): void => {
    const text = lines.join("");
    lines = [];
    writing = writing.then(() => output.write(text));
    // Told when it is awaited at the end; until then it must not count as unhandled.
    writing.catch(() => undefined);
  };
  const tell = (outcome: Outcome): void => {
    const line = describeOutcome(outcome);
    if (flags.json === true) lines.push(`${JSON.stringify(outcome)}\n`);
    else if (line !== undefined && outcome.error === undefined) lines.push(`${line}\n`);
    else if (line !== undefined) context.stderr.write(`${line}\n`);
    if (lines.length >= LINES) flush();
  };
  let summary: Summary;
  try {
    summary = await runMigration(
      {
        source,
        target,
        journal: journal ?? "",
        wanted,
        overwrite: flags.overwrite ?? false,
        dryRun: flags.dryRun ?? false,
        ...(route.source.type === "bucket" && {
          byStore: { source: { ...route.source, wire }, target: route.target },
        }),
        ...(flags.concurrency !== undefined && { concurrency: flags.concurrency }),
        ...(flags.bandwidth !== undefined && { bytesPerSecond: flags.bandwidth }),
      },
      {
        now,
        clock: () => performance.now(),
        random: Math.random,
        sleep: async (milliseconds, aborted) => {
          await sleep(milliseconds, undefined, { signal: aborted });
        },
        signal,
        onOutcome: tell,
        onProgress: meter.update,
        onNotice: say,
      },
    );
  } catch (error) {
    if (error instanceof JournalBusyError || error instanceof JournalMismatchError) {
      throw new CommandFailure(EXIT.usage, error.message, error);
    }
    throw error;
  } finally {
    meter.stop();
  }
  if (flags.json === true) lines.push(`${JSON.stringify({ summary })}\n`);
  flush();
  await writing;
  say(describeSummary(summary));
  if (summary.stopped?.by === "signal") say("stopped: run the same command again to go on");
  else if (summary.stopped !== undefined) context.stderr.write(`${summary.stopped.message}\n`);
  return { summary, ...(journal !== undefined && { journal }), names: namesOf(route, target.name) };
}

async function openOrFail(open: () => Promise<Ends>): Promise<Ends> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new CommandFailure(EXIT.sourceMissing, error.message, error);
  }
}

function journalOf({ source, target }: Ends, { flags, storage }: Work): string | undefined {
  if (flags.dryRun === true) return undefined;
  const folder = flags.journal ?? journalFolder(storage.settings.dataPath);
  const path = journalPath(folder, source.name, target.name);
  if (flags.resume === true && !existsSync(path)) {
    const message = `there is nothing to resume from ${source.name} to ${target.name} (${path})`;
    throw new CommandFailure(EXIT.usage, message);
  }
  return path;
}

function namesOf({ source }: Route, target: string): ReportPlaces {
  return {
    source: source.type === "folder" ? `${source.path}/${source.prefix}` : source.name,
    target,
  };
}
