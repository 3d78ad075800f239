import type { Outcome, OutcomeState } from "../../../migration/outcome.ts";
import type { Summary } from "../../../migration/summary.ts";

const WORDS: readonly (readonly [OutcomeState, string])[] = [
  ["copied", "copied"],
  ["equal", "equal already"],
  ["done-before", "done before"],
  ["would-copy", "would be copied"],
  ["would-replace", "would be replaced"],
  ["conflict", "in conflict with other objects"],
  ["changed", "changed meanwhile"],
  ["failed", "failed"],
  ["left-out", "left out"],
];

/** One line: what has become of how many objects. */
export function describeSummary({ counts, excluded, sent }: Summary): string {
  const parts = WORDS.filter(([state]) => counts[state].objects > 0).map(
    ([state, words]) => `${counts[state].objects} ${words}`,
  );
  if (excluded > 0) parts.push(`${excluded} excluded`);
  const what = parts.length === 0 ? "nothing to migrate" : parts.join(", ");
  return `${what}; ${toSize(sent)} sent`;
}

/** One line for an object that needs attention, or whose fate a dry run tells; `undefined` for the others. */
export function describeOutcome({ key, state, error }: Outcome): string | undefined {
  if (error !== undefined) return `${state}: ${JSON.stringify(key)}: ${error.message}`;
  if (state === "would-copy" || state === "would-replace") return `${state} ${JSON.stringify(key)}`;
  return undefined;
}

/** Rounded, in the unit that leaves at most four digits before the point. */
export function toSize(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const amount = bytes / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${units[power]}`;
}
