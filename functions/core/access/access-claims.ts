import { isMap, type Node } from "yaml";
import { type Field, readFields } from "../yaml/fields.ts";
import type { YamlSource } from "../yaml/source.ts";
import { readTexts } from "../yaml/text-list.ts";
import type { ClaimRule } from "./claims.ts";

/** Deeper claims do not occur: `resource_access.<client>.roles` has three parts. */
const MAX_DEPTH = 4;

/**
 * The mapping under `claims`: a claim's name, and the text or one of the texts that it must have; below
 * another mapping, the claims of a claim. It must be there, because an audience alone is no secret.
 */
export function readClaims(
  entry: Field,
  field: Field | undefined,
  source: YamlSource,
): readonly ClaimRule[] | undefined {
  if (field?.value === undefined || !isMap(field.value)) {
    source.report(
      field?.value ?? field?.key ?? entry.key,
      `${entry.name}: claims: expected a mapping of claims to what they must say`,
      "`claims: {}` lets everybody in who has a token for this audience",
    );
    return undefined;
  }
  return readLevel(field.value, [], source);
}

function readLevel(node: Node, path: readonly string[], source: YamlSource): readonly ClaimRule[] {
  if (!isMap(node)) return [{ path, anyOf: readTexts(node, source).map(({ text }) => text) }];
  if (path.length === MAX_DEPTH) {
    source.report(node, "claims are nested too deeply");
    return [];
  }
  if (path.length > 0 && node.items.length === 0) source.report(node, "expected a text");
  return readFields(node, source, "claim").flatMap(({ name, key, value }) => {
    if (value !== undefined) return readLevel(value, [...path, name], source);
    source.report(key, `${name}: expected a text`);
    return [];
  });
}
