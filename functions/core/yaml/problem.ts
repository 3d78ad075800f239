/** A mistake in a YAML file. Never holds a value that may be a secret. */
export interface YamlProblem {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

/** In the order of the file. */
export function sortProblems(problems: readonly YamlProblem[]): readonly YamlProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** Every mistake on a line of its own, below how many there are in `file`. */
export function toReport(file: string, problems: readonly YamlProblem[]): string {
  const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
  const lines = problems.map(
    ({ line, column, message, hint }) =>
      `  line ${line}, column ${column}: ${message}${hint === undefined ? "" : `; ${hint}`}`,
  );
  return [`${file} has ${count}:`, ...lines].join("\n");
}
