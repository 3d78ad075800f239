import * as v from "valibot";
import { ProblemError } from "./problem.ts";

/** More mistakes than these are not told at once, nor longer than this many characters. */
const MAX_ISSUES = 5;
const MAX_DETAIL = 600;

/**
 * The value as the schema makes it.
 *
 * @param where the part of the request, for the error: "the body".
 * @throws ProblemError with `code`, naming each mistake and its place.
 */
export function check<Schema extends v.GenericSchema<unknown, unknown>>(
  schema: Schema,
  value: unknown,
  where: string,
  code: "invalid_request" | "not_found" = "invalid_request",
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new ProblemError(code, `${where}: ${describeIssues(result.issues)}`);
}

/** Mistakes as one line of text: `items.0.key: Expected string but received 5`. */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  const lines = issues.slice(0, MAX_ISSUES).map((issue) => {
    const place = v.getDotPath(issue);
    return place === null ? issue.message : `${place}: ${issue.message}`;
  });
  const text = lines.join("; ");
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}…` : text;
}
