import { visible } from "../visible.ts";
import type { Deed } from "./carry-out.ts";
import type { Round } from "./sync.ts";

/** Says in lines for people what rounds come to: what was done, and trouble once, not once a round. */
export function createStatus(tell: (line: string) => void): (round: Round) => void {
  let last = "";
  return (round) => {
    for (const line of describeDeeds(round.deeds)) tell(line);
    const trouble = describeTrouble(round);
    const kind = trouble.replaceAll(/\d+|\([^)]*\)$/g, "");
    if (kind !== last) tell(trouble === "" ? "all is well again" : trouble);
    last = kind;
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

function describeTrouble({ troubles, held }: Round): string {
  const [first] = troubles;
  if (first !== undefined) {
    const reason = first.error instanceof Error ? first.error.message : String(first.error);
    return `${reason}; tried again: ${enumerate(troubles.map(({ path }) => path))}`;
  }
  if (held === 0) return "";
  return `${held} files are gone from here: too many at once to remove them from the storage too (--max-delete)`;
}

/** The first few names, and how many there are. */
export function enumerate(paths: readonly string[]): string {
  const names = paths.slice(0, 3).map(visible).join(", ");
  return `${paths.length} (${names}${paths.length > 3 ? ", …" : ""})`;
}
