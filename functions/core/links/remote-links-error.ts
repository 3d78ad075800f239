import { toReport, type YamlProblem } from "../yaml/problem.ts";

/** Every mistake in remote_links.yml at once, in the order of the file. */
export class RemoteLinksError extends Error {
  override readonly name = "RemoteLinksError";
  readonly problems: readonly YamlProblem[];

  constructor(problems: readonly YamlProblem[]) {
    super(toReport("remote_links.yml", problems));
    this.problems = problems;
  }
}
