import { isMap, type Node } from "yaml";
import { OWN_SCHEME, RESERVED_SCHEMES } from "../links/scheme.ts";
import { nearest } from "../settings/nearest.ts";
import type { Field } from "../yaml/fields.ts";
import type { YamlSource } from "../yaml/source.ts";
import { type PlacedText, readTexts } from "../yaml/text-list.ts";
import { ACTIONS, type Action, type Grant } from "./grants.ts";

const EVERYTHING = "all";

/** What an entry allows, and where; mistakes are reported. */
export function readAllow(
  entry: Field,
  fields: ReadonlyMap<string, Field>,
  source: YamlSource,
  providers: readonly string[],
): readonly Grant[] {
  const allow = fields.get("allow");
  if (allow?.value === undefined) {
    const hint = `list some of ${ACTIONS.join(", ")}, or write all`;
    source.report(allow?.key ?? entry.key, `${entry.name}: allow is missing`, hint);
  }
  const actions = allow?.value === undefined ? [] : readActions(allow.value, source);
  const prefixes = fields.get("prefixes");
  if (prefixes === undefined) return actions.map((action) => ({ action }));
  const places = readPrefixes(prefixes, source, providers);
  return actions.map((action) => ({ action, prefixes: places }));
}

function readActions(node: Node, source: YamlSource): readonly Action[] {
  const texts = readTexts(node, source);
  const [first] = texts;
  if (texts.length === 1 && first?.text === EVERYTHING) return ACTIONS;
  return texts.flatMap(({ text, node: place }) => {
    const action = ACTIONS.find((each) => each === text);
    if (action !== undefined) return [action];
    const near = nearest(text, ACTIONS);
    const hint =
      near === undefined ? `known: ${ACTIONS.join(", ")}, or all alone` : `did you mean "${near}"?`;
    source.report(place, `allow: unknown action ${JSON.stringify(text)}`, hint);
    return [];
  });
}

function readPrefixes(
  field: Field,
  source: YamlSource,
  providers: readonly string[],
): readonly string[] {
  const { value, key } = field;
  // Nothing there is no list: read as "everywhere" it would give away what somebody meant to limit.
  if (value === undefined || isMap(value)) {
    source.report(value ?? key, "prefixes: expected a list", "leave it out to allow everything");
    return [];
  }
  return readTexts(value, source).map((placed) => {
    const problem = checkPrefix(placed, providers);
    if (problem !== undefined) source.report(placed.node, problem.message, problem.hint);
    return placed.text;
  });
}

/** What is wrong with a prefix, which would otherwise match nothing or too much. */
function checkPrefix(
  { text }: PlacedText,
  providers: readonly string[],
): { readonly message: string; readonly hint: string } | undefined {
  const shown = JSON.stringify(text);
  if (!text.endsWith("/"))
    return {
      message: `the prefix ${shown} must end in /`,
      hint: `write ${JSON.stringify(`${text}/`)}`,
    };
  const [, scheme, rest = ""] = /^([^/:]*):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) {
    return /^(?:public|private|sets)\//.test(text)
      ? undefined
      : {
          message: `the prefix ${shown} is no place`,
          hint: "begin with private/, public/, sets/ or <provider>://<bucket>/",
        };
  }
  if (rest === "/" || rest === "")
    return { message: `the prefix ${shown} names no bucket`, hint: `write ${scheme}://<bucket>/` };
  if (scheme === "http" || scheme === "https") return undefined;
  if (scheme === OWN_SCHEME)
    return {
      message: "own objects have prefixes of their own",
      hint: "begin with private/ or public/",
    };
  if (RESERVED_SCHEMES.includes(scheme)) {
    return {
      message: `${scheme}:// names a kind of store, not a provider`,
      hint: `begin with the provider's name in remote_links.yml${list(providers)}`,
    };
  }
  if (providers.includes(scheme)) return undefined;
  const near = nearest(scheme, providers);
  return {
    message: `there is no provider ${JSON.stringify(scheme)} in remote_links.yml`,
    hint: near === undefined ? `known:${list(providers) || " none"}` : `did you mean "${near}://"?`,
  };
}

function list(providers: readonly string[]): string {
  return providers.length === 0 ? "" : ` ${providers.join(", ")}`;
}
