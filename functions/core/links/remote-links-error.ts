/** A mistake in remote_links.yml. Never holds a value that may be a secret. */
export interface RemoteLinksProblem {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

/** Every mistake in the file at once, in the order of the file. */
export class RemoteLinksError extends Error {
  override readonly name = "RemoteLinksError";
  readonly problems: readonly RemoteLinksProblem[];

  constructor(problems: readonly RemoteLinksProblem[]) {
    super(toReport(problems));
    this.problems = problems;
  }
}

function toReport(problems: readonly RemoteLinksProblem[]): string {
  const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
  const lines = problems.map(
    ({ line, column, message, hint }) =>
      `  line ${line}, column ${column}: ${message}${hint === undefined ? "" : `; ${hint}`}`,
  );
  return [`remote_links.yml has ${count}:`, ...lines].join("\n");
}
