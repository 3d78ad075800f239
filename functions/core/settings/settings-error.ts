export interface SettingsProblem {
  readonly name: string;
  /** As given, quoted; `(hidden)` for a secret; absent when nothing was given. */
  readonly value?: string;
  readonly expected: string;
}

/** Every mistake in the settings at once. No secret is in it: it is printed and logged. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    super(toReport(problems));
    this.problems = problems;
  }

  /** One line a mistake, for the terminal. */
  get report(): string {
    return this.message;
  }
}

function toReport(problems: readonly SettingsProblem[]): string {
  const title =
    problems.length === 1 ? "1 setting is wrong" : `${problems.length} settings are wrong`;
  const lines = problems.map(
    ({ name, value, expected }) =>
      `  ${name}${value === undefined ? " is not set" : ` is ${value}`}: expected ${expected}`,
  );
  return [`${title}:`, ...lines].join("\n");
}
