import { isNode, isScalar, isSeq, type Node } from "yaml";
import { isEmpty, type YamlSource } from "./source.ts";

/** A text and where it stands. */
export interface PlacedText {
  readonly text: string;
  readonly node: Node;
}

/** One text; anything else is reported. */
export function readText(node: Node, source: YamlSource): PlacedText | undefined {
  if (isScalar(node) && typeof node.value === "string" && !isEmpty(node) && node.value !== "") {
    return { text: node.value, node };
  }
  source.report(node, "expected a text");
  return undefined;
}

/** The texts of a list, or the one that stands there alone; anything else is reported. */
export function readTexts(node: Node, source: YamlSource): readonly PlacedText[] {
  if (isSeq(node) && node.items.length === 0) source.report(node, "the list is empty");
  const items: readonly unknown[] = isSeq(node) ? node.items : [node];
  return items.flatMap((item) => {
    const found = readText(isNode(item) ? item : node, source);
    return found === undefined ? [] : [found];
  });
}
