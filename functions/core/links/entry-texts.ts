import { isScalar, type Node } from "yaml";
import { expandEnvironment } from "./environment-reference.ts";
import type { Field } from "../yaml/fields.ts";
import { isEmpty, type YamlSource } from "../yaml/source.ts";

/** A key may hold any character, so only the whole of it can be a placeholder; a host's name has none. */
const PLACEHOLDER = /^<[^<>]+>$/;
const PLACEHOLDER_IN_HOST = /<[^<>]+>/g;
/** Stands for a placeholder while an entry is read: legal as a key, as base64 and in a host's name. */
const FILLER = "unfilled";

/** Reads the texts of one entry. */
export interface TextReader {
  /** Keys whose texts hold a placeholder. */
  readonly unfilled: readonly string[];
  /** Keys whose texts could not be read. */
  readonly misread: ReadonlySet<string>;
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
  const misread = new Set<string>();
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
    misread,
    expand,
    read: (key) => {
      const node = fields.get(key)?.value;
      if (node === undefined || isEmpty(node)) return undefined;
      const text = expand(node);
      if (text === undefined) misread.add(key);
      const filled = text?.replace(
        key.endsWith("endpoint") ? PLACEHOLDER_IN_HOST : PLACEHOLDER,
        FILLER,
      );
      if (filled !== text) unfilled.push(key);
      return filled;
    },
  };
}
