import { isScalar, type Node } from "yaml";
import { expandEnvironment } from "./environment-reference.ts";
import type { Field } from "./fields.ts";
import { isEmpty, type YamlSource } from "./yaml-source.ts";

const PLACEHOLDER = /<[^<>]*>/g;
/** Stands for a placeholder while an entry is read: legal as a key, as base64 and in a host's name. */
const FILLER = "unfilled";

/** Reads the texts of one entry. */
export interface TextReader {
  readonly unfilled: readonly string[];
  /** The text under a key, variables replaced; absent keys and mistakes give `undefined`. */
  read(key: string): string | undefined;
  /** The text of a node, likewise; placeholders stay. */
  expand(node: Node): string | undefined;
}

export function createTextReader(
  fields: ReadonlyMap<string, Field>,
  source: YamlSource,
  env: Readonly<Record<string, string | undefined>>,
): TextReader {
  const unfilled: string[] = [];
  const expand = (node: Node): string | undefined => {
    if (!isScalar(node) || typeof node.value !== "string") {
      source.report(node, "expected a text");
      return undefined;
    }
    const expanded = expandEnvironment(node.value, env);
    if ("text" in expanded) return expanded.text;
    source.report(node, expanded.problem);
    return undefined;
  };
  return {
    unfilled,
    expand,
    read: (key) => {
      const node = fields.get(key)?.value;
      const text = node === undefined || isEmpty(node) ? undefined : expand(node);
      const filled = text?.replace(PLACEHOLDER, FILLER);
      if (filled !== text) unfilled.push(key);
      return filled;
    },
  };
}
