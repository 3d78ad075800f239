type Schema = Readonly<Record<string, unknown>>;

/**
 * Where a value differs from a schema, in the keywords that our OpenAPI document uses. An unknown
 * keyword is an error: nothing is believed to be checked that is not.
 */
export function mismatches(schema: Schema, value: unknown, root: Schema, at = "$"): string[] {
  return Object.entries(schema).flatMap(([keyword, expected]) => {
    const check = KEYWORDS[keyword];
    if (check === undefined) return [`${at}: the keyword ${keyword} is not known to this check`];
    return check(expected as never, value, { schema, root, at });
  });
}

interface Context {
  readonly schema: Schema;
  readonly root: Schema;
  readonly at: string;
}

type Check = (expected: never, value: unknown, context: Context) => string[];

const says = (ok: boolean, at: string, text: string) => (ok ? [] : [`${at}: ${text}`]);

const KEYWORDS: Readonly<Record<string, Check>> = {
  description: () => [],
  type: (type: string, value, { at }) => says(typeOf(value, type), at, `is no ${type}`),
  const: (expected: unknown, value, { at }) =>
    says(value === expected, at, `is not ${JSON.stringify(expected)}`),
  enum: (all: unknown[], value, { at }) =>
    says(all.includes(value), at, `is not of ${JSON.stringify(all)}`),
  required: (names: string[], value, { at }) =>
    names.filter((name) => isObject(value) && !(name in value)).map((name) => `${at}: no ${name}`),
  properties: (members: Record<string, Schema>, value, { root, at }) =>
    isObject(value)
      ? Object.entries(members).flatMap(([name, member]) =>
          name in value ? mismatches(member, value[name], root, `${at}.${name}`) : [],
        )
      : [],
  additionalProperties: (rest: boolean | Schema, value, { schema, root, at }) => {
    const known = Object.keys((schema["properties"] as object | undefined) ?? {});
    return Object.entries(isObject(value) ? value : {})
      .filter(([name]) => !known.includes(name))
      .flatMap(([name, member]) => {
        if (typeof rest === "boolean") return says(rest, at, `${name} is too much`);
        return mismatches(rest, member, root, `${at}.${name}`);
      });
  },
  propertyNames: () => [],
  items: (item: Schema, value, { root, at }) =>
    Array.isArray(value)
      ? value.flatMap((each, index) => mismatches(item, each, root, `${at}[${index}]`))
      : [],
  anyOf: (choices: Schema[], value, { root, at }) => {
    const found = choices.map((choice) => mismatches(choice, value, root, at));
    return found.some((list) => list.length === 0) ? [] : found.flat();
  },
  minimum: (least: number, value, { at }) => says(Number(value) >= least, at, `is under ${least}`),
  maximum: (most: number, value, { at }) => says(Number(value) <= most, at, `is over ${most}`),
  maxItems: (most: number, value, { at }) =>
    says(Array.isArray(value) && value.length <= most, at, `has over ${most}`),
  $ref: (reference: string, value, { root, at }) => {
    let target = root;
    for (const name of reference.slice(2).split("/")) target = target[name] as Schema;
    return mismatches(target, value, root, at);
  },
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  return typeof value === type;
}
