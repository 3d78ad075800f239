import type { Node } from "yaml";
import type { AzureConfig, GoogleConfig, S3Config } from "../storage/provider-config.ts";
import type { BucketPlace } from "./bucket-place.ts";
import { readEntry } from "./entry.ts";
import { readFields } from "../yaml/fields.ts";
import { RemoteLinksError } from "./remote-links-error.ts";
import { isScheme, RESERVED_SCHEMES } from "./scheme.ts";
import { sortProblems } from "../yaml/problem.ts";
import { readYaml, type YamlSource } from "../yaml/source.ts";

/** One provider of remote_links.yml. */
export interface RemoteLinksEntry {
  readonly name: string;
  readonly config: S3Config | AzureConfig | GoogleConfig;
  readonly buckets: readonly BucketPlace[];
  /** Keys that still hold an example's `<placeholder>`: nothing can be signed until they are filled in. */
  readonly unfilled?: readonly string[];
}

export interface RemoteLinks {
  readonly entries: readonly RemoteLinksEntry[];
}

/** What {@link parseRemoteLinks} takes from the world. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For `credentials_file`; throws when it cannot. Absent: there are no files. */
  readonly readFile?: (path: string) => string;
}

/**
 * Reads remote_links.yml. `${NAME}` comes from `env`. An empty file has no entries.
 *
 * @throws RemoteLinksError with all mistakes, each with its line and column.
 */
export function parseRemoteLinks(
  text: string,
  env: Surroundings["env"],
  readFile?: Surroundings["readFile"],
): RemoteLinks {
  const source = readYaml(text, "provider names, each with its settings below");
  const surroundings: Surroundings = { env, ...(readFile && { readFile }) };
  const names = source.root === undefined ? [] : readFields(source.root, source, "provider name");
  const seen = new Map<string, string>();
  const entries = names.flatMap((field) => {
    checkName(field.name, field.key, seen, source);
    const entry = readEntry(field, source, surroundings);
    return entry === undefined ? [] : [entry];
  });
  if (source.problems.length > 0) {
    throw new RemoteLinksError(sortProblems(source.problems));
  }
  return { entries };
}

function checkName(name: string, key: Node, seen: Map<string, string>, source: YamlSource): void {
  const scheme = name.toLowerCase();
  if (!isScheme(name)) {
    source.report(
      key,
      `${JSON.stringify(name)} cannot be a provider's name, since links begin with it`,
      "use letters, digits, `+`, `-` and `.`, a letter first",
    );
  } else if (RESERVED_SCHEMES.includes(scheme)) {
    source.report(key, `"${name}" is a scheme of its own`, "choose another name for this provider");
  } else {
    const other = seen.get(scheme);
    if (other !== undefined && other !== name) {
      source.report(key, `"${name}" and "${other}" differ only in case, which links ignore`);
    }
    seen.set(scheme, name);
  }
}
