import { styleText } from "node:util";
import type { Examination } from "../../../doctor/examine.ts";
import type { Finding, State } from "../../../doctor/finding.ts";
import type { CommandContext } from "../command.ts";

const MARKS: Readonly<
  Record<State, readonly [mark: string, colour: "green" | "red" | "yellow" | "gray"]>
> = {
  fine: ["✓", "green"],
  note: ["·", "gray"],
  warning: ["!", "yellow"],
  fault: ["✗", "red"],
};

const WIDTH = 12;

type Stream = CommandContext["stdout"];

/**
 * For each provider a line a finding, and for each bucket one line of what is fine and one for whatever is
 * not, with what to do below it; then the policies to paste. Coloured on a terminal, unless NO_COLOR is set.
 */
export function plainReport(
  examinations: readonly Examination[],
  { stdout }: Pick<CommandContext, "stdout">,
): string {
  return examinations.map((examination) => section(examination, stdout)).join("\n");
}

function section(examination: Examination, stream: Stream): string {
  const { name, kind, endpoint, findings, policies } = examination;
  const title = `${paint("bold", name, stream)}  ${kind}  ${endpoint}\n`;
  const general = findings.filter(({ bucket }) => bucket === undefined);
  const lines = [
    ...general.map((finding) => line(finding, "  ", stream)),
    ...alike(findings).map(([buckets, found]) => bucketLines(buckets, found, stream)),
  ];
  const texts = policies.map(
    (policy) => `\n  ${paint("bold", policy.title, stream)}:\n\n${indented(policy.text, "    ")}\n`,
  );
  return title + lines.join("") + texts.join("");
}

/** Buckets together of which the same is to be said, in the order of the first of each. */
function alike(
  findings: readonly Finding[],
): readonly (readonly [buckets: string, findings: readonly Finding[]])[] {
  const named = findings.filter(({ bucket }) => bucket !== undefined);
  const buckets = [...Map.groupBy(named, ({ bucket }) => bucket ?? "")];
  const groups = Map.groupBy(buckets, ([, found]) =>
    JSON.stringify(found.map((finding) => ({ ...finding, bucket: undefined }))),
  );
  return [...groups.values()].map((group) => [
    group.map(([bucket]) => bucket).join(", "),
    group[0]?.[1] ?? [],
  ]);
}

function bucketLines(buckets: string, findings: readonly Finding[], stream: Stream): string {
  const fine = findings.filter(({ state }) => state === "fine").map(({ check }) => check);
  const others = findings.filter(({ state }) => state !== "fine");
  const state = others.length === 0 ? "fine" : "note";
  const first = row(state, buckets, ` ${fine.join(", ")}`, "  ", stream);
  return first + others.map((finding) => line(finding, "    ", stream)).join("");
}

function line(finding: Finding, indent: string, stream: Stream): string {
  const { check, state, found, meaning, remedy, code } = finding;
  const coded = code === undefined ? "" : ` (${code})`;
  const below = " ".repeat(indent.length + WIDTH + 3);
  const details = [meaning, remedy === undefined ? undefined : `→ ${remedy}`];
  return (
    row(state, check, found + coded, indent, stream) +
    details.flatMap((text) => (text === undefined ? [] : [`${below}${text}\n`])).join("")
  );
}

function row(state: State, head: string, text: string, indent: string, stream: Stream): string {
  const [mark, colour] = MARKS[state];
  return `${`${indent}${paint(colour, mark, stream)} ${head.padEnd(WIDTH)} ${text}`.trimEnd()}\n`;
}

function paint(format: Parameters<typeof styleText>[0], text: string, stream: Stream): string {
  return styleText(format, text, { stream });
}

function indented(text: string, indent: string): string {
  return text
    .split("\n")
    .map((each) => indent + each)
    .join("\n");
}
