import type { Summary } from "../../../migration/summary.ts";
import { EXIT } from "../command.ts";

/** Kinds of failure that say why the target cannot be written at all. */
const OF_TARGET = new Set(["no-bucket", "denied"]);

/**
 * How a run ends for scripts. When all that went wrong went wrong in one way the code tells which, else it
 * is 1. Never 0 when something was left out. For a signal the process has codes of its own.
 */
export function exitCodeOf({ counts, stopped, failures, retryable }: Summary): number {
  if (stopped?.by === "source") return EXIT.sourceMissing;
  if (stopped?.by === "target") return EXIT.destination;
  if (stopped?.by === "signal") return EXIT.someFailed;
  const failed = counts.failed.objects;
  const changed = counts.changed.objects;
  const others = counts.conflict.objects + counts["left-out"].objects;
  if (failed + changed + others === 0) return EXIT.ok;
  if (others > 0 || (failed > 0 && changed > 0)) return EXIT.someFailed;
  if (changed > 0) return EXIT.sourceChanged;
  if (retryable === failed) return EXIT.retriesExhausted;
  const kinds = Object.keys(failures);
  return kinds.every((kind) => OF_TARGET.has(kind)) ? EXIT.destination : EXIT.someFailed;
}
