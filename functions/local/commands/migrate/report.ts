import { readJournal } from "../../../migration/journal.ts";
import { reportFormat, writeReport } from "../../../migration/report/report.ts";
import {
  type ReportPlaces,
  type ReportRow,
  rowOfEntry,
  rowOfFinding,
} from "../../../migration/report/report-row.ts";
import type { Finding } from "../../../migration/verify/finding.ts";
import type { CommandContext } from "../command.ts";
import { openOutput } from "../output.ts";

/** The file of `--report`: it appears under its name when it is whole. */
export interface Report {
  /** Every object that a journal's run knows. */
  addJournal(path: string, places: ReportPlaces): Promise<void>;
  addFinding(finding: Finding, places: ReportPlaces): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

const NONE: Report = {
  addJournal: () => Promise.resolve(),
  addFinding: () => Promise.resolve(),
  commit: () => Promise.resolve(),
  discard: () => Promise.resolve(),
};

/** Throws CommandFailure when the file cannot be written. */
export async function openReport(
  path: string | undefined,
  context: CommandContext,
): Promise<Report> {
  if (path === undefined) return NONE;
  const output = await openOutput(path, context);
  const rows = new TransformStream<ReportRow, ReportRow>();
  const writer = rows.writable.getWriter();
  const written = (async () => {
    for await (const text of writeReport(rows.readable, reportFormat(path)))
      await output.write(text);
  })();
  // Told by commit; until then it must not count as unhandled.
  written.catch(() => undefined);
  return {
    addJournal: async (journal, places) => {
      for (const entry of readJournal(journal)) await writer.write(rowOfEntry(entry, places));
    },
    addFinding: (finding, places) => writer.write(rowOfFinding(finding, places)),
    commit: async () => {
      await writer.close();
      await written;
      await output.commit();
    },
    discard: async () => {
      await Promise.allSettled([writer.abort(), written]);
      await output.discard();
    },
  };
}
