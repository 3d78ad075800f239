import { readFields } from "../yaml/fields.ts";
import { sortProblems } from "../yaml/problem.ts";
import { readYaml } from "../yaml/source.ts";
import { readAccessEntry } from "./access-entry.ts";
import { AccessFileError } from "./access-file-error.ts";
import type { AccessRules } from "./access-rules.ts";

/**
 * Reads ACCESS_FILE. An empty file grants nothing.
 *
 * @param providers the names in remote_links.yml, which prefixes may begin with.
 * @throws AccessFileError with all mistakes, each with its line and column.
 */
export function parseAccessFile(text: string, providers: readonly string[]): AccessRules {
  const source = readYaml(text, "names of callers, each with what it may do below");
  const fields = source.root === undefined ? [] : readFields(source.root, source, "caller's name");
  const entries = fields.flatMap((field) => {
    const entry = readAccessEntry(field, source, providers);
    return entry === undefined ? [] : [entry];
  });
  if (source.problems.length > 0) throw new AccessFileError(sortProblems(source.problems));
  return {
    tokens: entries.filter((entry) => "digest" in entry),
    jwts: entries.filter((entry) => "issuer" in entry),
    iam: entries.filter((entry) => "pattern" in entry),
  };
}
