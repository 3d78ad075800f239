import { isNode, isScalar, isSeq, type Node } from "yaml";
import type { TextReader } from "./entry-texts.ts";
import type { Field } from "../yaml/fields.ts";
import type { YamlSource } from "../yaml/source.ts";
import { isEmpty } from "../yaml/source.ts";

/** A bucket that links may point into, or a part of it: `prefix` is empty or ends in `/`. */
export interface BucketPlace {
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * `name`, `name/` or `name/prefix/`. The bucket's name is not judged: stores differ in what they allow.
 * @param shown How it was written, before variables were replaced: mistakes name it so.
 */
function parseBucketPlace(
  text: string,
  shown: string,
): BucketPlace | { readonly problem: string; readonly hint: string } {
  const slash = text.indexOf("/");
  const bucket = slash < 0 ? text : text.slice(0, slash);
  const prefix = slash < 0 ? "" : text.slice(slash + 1);
  if (bucket === "")
    return { problem: "a bucket without a name", hint: "write bucket or bucket/prefix/" };
  if (prefix === "" || prefix.endsWith("/")) return { bucket, prefix };
  return {
    problem: `the prefix in ${JSON.stringify(shown)} must end in /`,
    hint: `write ${JSON.stringify(`${shown}/`)}`,
  };
}

/** The list under `buckets`; mistakes are reported and left out. */
export function readBuckets(
  entry: Field,
  field: Field | undefined,
  texts: TextReader,
  source: YamlSource,
): readonly BucketPlace[] {
  const list = field?.value;
  if (list === undefined || isEmpty(list) || (isSeq(list) && list.items.length === 0)) {
    source.report(
      field?.key ?? entry.key,
      `${entry.name}: buckets is missing`,
      "list the buckets that links may use",
    );
    return [];
  }
  if (!isSeq(list)) {
    source.report(
      list,
      "buckets: expected a list",
      "write each bucket on a line of its own, after `- `",
    );
    return [];
  }
  const seen = new Set<string>();
  return list.items.flatMap((item) => {
    const node: Node = isNode(item) ? item : list;
    const text = texts.expand(node);
    if (text === undefined) return [];
    const shown = isScalar(node) ? String(node.value) : "";
    const place = parseBucketPlace(text, shown);
    if ("problem" in place) {
      source.report(node, place.problem, place.hint);
      return [];
    }
    const id = `${place.bucket}/${place.prefix}`;
    if (seen.has(id)) source.report(node, `duplicate bucket ${JSON.stringify(shown)}`);
    seen.add(id);
    return [place];
  });
}
