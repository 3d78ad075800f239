import { toReport, type YamlProblem } from "../yaml/problem.ts";

/** Every mistake in ACCESS_FILE at once, in the order of the file. */
export class AccessFileError extends Error {
  override readonly name = "AccessFileError";
  readonly problems: readonly YamlProblem[];

  constructor(problems: readonly YamlProblem[]) {
    super(toReport("ACCESS_FILE", problems));
    this.problems = problems;
  }
}
