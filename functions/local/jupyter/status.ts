import { visible } from "../visible.ts";
import type { Deed } from "./carry-out.ts";
import type { Round } from "./sync.ts";

/** Says in lines for people what rounds come to: what was done, and trouble once, not once a round. */
export function createStatus(tell: (line: string) => void): (round: Round) => void {
  let last = "";
  return (round) => {
    for (const line of describeDeeds(round.deeds)) tell(line);
    const reason = reasonOf(round);
    if (reason !== last) tell(reason === "" ? "all is well again" : describeTrouble(round, reason));
    last = reason;
  };
}

const WORDS: readonly (readonly [Deed["kind"], string])[] = [
  ["download", "fetched"],
  ["upload", "sent"],
  ["remove-remote", "removed from the storage"],
  ["remove-local", "removed here, as it was removed in the storage"],
];

function describeDeeds(deeds: readonly Deed[]): string[] {
  const counted = WORDS.flatMap(([wanted, words]) => {
    const paths = deeds.filter(({ kind }) => kind === wanted).map(({ path }) => path);
    return paths.length === 0 ? [] : [`${words}: ${enumerate(paths)}`];
  });
  const kept = deeds.flatMap(({ path, copy }) => {
    return copy === undefined
      ? []
      : [`${visible(path)} was changed here and elsewhere: the other version is ${visible(copy)}`];
  });
  return [...counted, ...kept];
}

/** What is wrong, in the words that do not change from round to round. Empty: nothing is. */
function reasonOf({ troubles: [first], held }: Round): string {
  if (first === undefined) return held.length === 0 ? "" : "held";
  return first.error instanceof Error ? first.error.message : String(first.error);
}

function describeTrouble({ troubles, held }: Round, reason: string): string {
  if (troubles.length === 0) return describeHeld(held);
  return `${reason}; tried again: ${enumerate(troubles.map(({ path }) => path))}`;
}

/** Why removals wait. Empty when none do. */
export function describeHeld(held: Round["held"]): string {
  if (held.length === 0) return "";
  const [gone, still] = held.some(({ kind }) => kind === "remove-local")
    ? ["the storage", "here"]
    : ["here", "the storage"];
  const paths = enumerate(held.map(({ path }) => path));
  return `gone from ${gone}, but too many at once to remove from ${still} too: ${paths}; --max-delete 100 allows it`;
}

/** The first few names, and how many there are. */
export function enumerate(paths: readonly string[]): string {
  const names = paths.slice(0, 3).map(visible).join(", ");
  return `${paths.length} (${names}${paths.length > 3 ? ", …" : ""})`;
}
