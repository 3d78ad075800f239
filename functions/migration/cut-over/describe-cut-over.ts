import type { LinkFinding, LinkSetsSummary } from "./check-link-sets.ts";
import { HIDDEN, type SettingsChange } from "./settings-lines.ts";

/** For people: the lines of `.env` to take out (`-`) and to put in (`+`). */
export function describeChanges(changes: readonly SettingsChange[]): string {
  if (changes.length === 0) return "The settings name the new storage already.\n";
  const lines = changes.flatMap(({ name, before, after }) => [
    ...(before === undefined ? [] : [`  - ${name}=${before}`]),
    ...(after === undefined ? [] : [`  + ${name}=${after}`]),
  ]);
  const secret = changes.some(({ after }) => after === HIDDEN)
    ? [`${HIDDEN} stands for the keys that this migration wrote with.`]
    : [];
  return [
    "To use the new storage, change .env (or the environment) and start the service again:",
    ...lines,
    ...secret,
    "",
  ].join("\n");
}

/** One line for a link that will not open, fit for people and terminals. */
export function describeFinding({ set, line, link, message, hint, before }: LinkFinding): string {
  const place = line === undefined ? set : `${set}:${line}`;
  const shown = link === undefined ? "" : ` ${JSON.stringify(link)}`;
  const advice = hint === undefined ? "" : ` (${hint})`;
  return `${place}:${shown} ${message}${advice}${before ? "; it did not resolve before either" : ""}\n`;
}

export function describeLinkSets({ sets, links, broken, brokenBefore }: LinkSetsSummary): string {
  const counted = `${links} links in ${sets} link ${sets === 1 ? "set" : "sets"}`;
  if (broken + brokenBefore === 0) return `${counted}: all resolve with the new settings.\n`;
  const old = brokenBefore === 0 ? "" : `, ${brokenBefore} did not before either`;
  return `${counted}: ${broken} no longer resolve with the new settings${old}.\n`;
}
