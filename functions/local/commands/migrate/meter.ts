import type { Progress } from "../../../migration/migration.ts";
import type { CommandContext } from "../command.ts";
import { openProgress } from "../progress.ts";
import { toSize } from "./describe-summary.ts";

/** Shows how far a migration is: a bar on a terminal, a line every five seconds elsewhere. */
export interface Meter {
  readonly update: (progress: Progress) => void;
  stop(): void;
}

/** Milliseconds between two looks: an update for each of ten thousand objects a second costs more than they do. */
const INTERVAL = 200;

export async function openMeter(context: CommandContext, quiet: boolean): Promise<Meter> {
  const shown = await openProgress(context, { quiet });
  const begun = performance.now();
  let last = begun;
  return {
    update: ({ objects, found, scanned, sent, concurrency }) => {
      const now = performance.now();
      if (now - last < INTERVAL) return;
      last = now;
      const rate = toSize(sent / ((now - begun) / 1000));
      const total = `${found.objects}${scanned ? "" : "+"}`;
      shown.update(
        objects,
        `${objects} of ${total} objects, ${toSize(sent)} sent, ${rate}/s, ${concurrency} at a time`,
      );
    },
    stop: () => {
      shown.stop();
    },
  };
}
