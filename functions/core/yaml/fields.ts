import { isNode, isScalar, type Node, type Scalar, type YAMLMap } from "yaml";
import type { YamlSource } from "./source.ts";

/** A key of a mapping and what stands under it, if anything does. */
export interface Field {
  readonly name: string;
  readonly key: Scalar;
  readonly value?: Node;
}

/** The fields of a mapping; keys that are no text and keys met before are reported and left out. */
export function readFields(map: YAMLMap, source: YamlSource, noun: string): readonly Field[] {
  const seen = new Map<string, Field>();
  for (const { key, value } of map.items) {
    if (!isScalar(key) || typeof key.value !== "string") {
      source.report(isNode(key) ? key : map, `expected a ${noun}`);
      continue;
    }
    const name = key.value;
    if (name === "<<") {
      source.report(key, "merge keys (<<) are not supported", "write the keys out");
    } else if (seen.has(name)) {
      source.report(key, `duplicate ${noun} ${JSON.stringify(name)}`, "keep one of them");
    } else {
      seen.set(name, { name, key, ...(isNode(value) && { value }) });
    }
  }
  return Array.from(seen.values());
}
