import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type BicepType,
  ObjectTypePropertyFlags,
  type ObjectTypeProperty,
  readTypesJson,
  TypeBaseKind,
  type TypeReference,
} from "bicep-types";

/** What the resource manager itself reads, whatever the type. */
const ENVELOPE = new Set(["condition", "dependsOn", "resourceGroup", "scope"]);

const FOLDER = join(import.meta.dirname, "types");

interface Known {
  readonly types: readonly BicepType[];
  readonly body: TypeReference;
}

const known: ReadonlyMap<string, Known> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      const types = readTypesJson(readFileSync(join(FOLDER, file), "utf8"));
      return types.flatMap((type) =>
        type.type === TypeBaseKind.ResourceType
          ? [[type.name.toLowerCase(), { types, body: type.body }] as const]
          : [],
      );
    }),
);

/** Everything in which a resource, expressions worked out, is not of its type in Microsoft's data. */
export function typeMistakes(resource: Readonly<Record<string, unknown>>): readonly string[] {
  const name = `${String(resource["type"])}@${String(resource["apiVersion"])}`;
  const type = known.get(name.toLowerCase());
  if (type === undefined) return [`${name}: no type data`];
  const own = Object.entries(resource).filter(
    ([key]) => !ENVELOPE.has(key) && key !== "type" && key !== "apiVersion",
  );
  const named = { ...Object.fromEntries(own), name: String(resource["name"]).split("/").at(-1) };
  return check(type.types, type.body, named, name);
}

function check(
  types: readonly BicepType[],
  reference: TypeReference,
  value: unknown,
  path: string,
): readonly string[] {
  const type = types[reference.index];
  const expect = (fits: boolean, expected: string): readonly string[] =>
    fits ? [] : [`${path}: expected ${expected}, not ${JSON.stringify(value)}`];
  if (type === undefined) return [`${path}: no type`];
  if (type.type === TypeBaseKind.AnyType) return [];
  if (type.type === TypeBaseKind.BooleanType)
    return expect(typeof value === "boolean", "a boolean");
  if (type.type === TypeBaseKind.StringLiteralType) {
    return expect(value === type.value, `'${type.value}'`);
  }
  if (type.type === TypeBaseKind.IntegerType) {
    const { minValue = -Infinity, maxValue = Infinity } = type;
    const fits = Number.isInteger(value) && Number(value) >= minValue && Number(value) <= maxValue;
    return expect(fits, `a whole number from ${minValue} to ${maxValue}`);
  }
  if (type.type === TypeBaseKind.StringType) {
    const { minLength = 0, maxLength = Infinity, pattern = "" } = type;
    const fits =
      typeof value === "string" &&
      value.length >= minLength &&
      value.length <= maxLength &&
      new RegExp(pattern).test(value);
    return expect(fits, `a text of ${minLength} to ${maxLength} like /${pattern}/`);
  }
  if (type.type === TypeBaseKind.ArrayType) {
    return Array.isArray(value)
      ? value.flatMap((item, index) => check(types, type.itemType, item, `${path}[${index}]`))
      : expect(false, "a list");
  }
  if (type.type === TypeBaseKind.UnionType) {
    const fits = closed(types, type.elements).some(
      (element) => check(types, element, value, path).length === 0,
    );
    return expect(fits, type.elements.map((element) => show(types, element)).join(" or "));
  }
  if (type.type === TypeBaseKind.ObjectType) {
    return isFields(value)
      ? checkFields(types, type, value, path)
      : expect(false, `an object ${type.name}`);
  }
  if (type.type === TypeBaseKind.DiscriminatedObjectType) {
    const kind = isFields(value) ? String(value[type.discriminator]) : "";
    const element = Object.hasOwn(type.elements, kind) ? type.elements[kind] : undefined;
    const chosen = element === undefined ? undefined : types[element.index];
    if (!isFields(value) || chosen?.type !== TypeBaseKind.ObjectType) {
      return expect(false, `${type.discriminator} ${Object.keys(type.elements).join(" or ")}`);
    }
    const properties = { ...type.baseProperties, ...chosen.properties };
    return checkFields(types, { ...chosen, properties }, value, path);
  }
  return [`${path}: type ${type.type} is not known here`];
}

/**
 * A list of values that is open to others, for values to come, counts as closed: what these templates
 * say has to be among today's.
 */
function closed(
  types: readonly BicepType[],
  elements: readonly TypeReference[],
): readonly TypeReference[] {
  const literals = elements.filter(
    ({ index }) => types[index]?.type === TypeBaseKind.StringLiteralType,
  );
  return literals.length > 0 ? literals : elements;
}

function checkFields(
  types: readonly BicepType[],
  type: {
    readonly properties: Readonly<Record<string, ObjectTypeProperty>>;
    readonly additionalProperties?: TypeReference;
  },
  value: Readonly<Record<string, unknown>>,
  path: string,
): readonly string[] {
  const missing = Object.entries(type.properties)
    .filter(([name, { flags }]) => has(flags, "Required") && (value[name] ?? null) === null)
    .map(([name]) => `${path}: ${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, inner]) => {
    // As if it were not there.
    if (inner === null || inner === undefined) return [];
    const below = `${path}.${name}`;
    const property = Object.hasOwn(type.properties, name) ? type.properties[name] : undefined;
    if (property === undefined) {
      return type.additionalProperties === undefined
        ? [`${below}: no such property`]
        : check(types, type.additionalProperties, inner, below);
    }
    return has(property.flags, "ReadOnly")
      ? [`${below}: only Azure writes it`]
      : check(types, property.type, inner, below);
  });
  return [...missing, ...wrong];
}

const has = (flags: number, name: "Required" | "ReadOnly"): boolean =>
  (flags & ObjectTypePropertyFlags[name]) !== 0;

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const show = (types: readonly BicepType[], { index }: TypeReference): string => {
  const type = types[index];
  return type?.type === TypeBaseKind.StringLiteralType ? `'${type.value}'` : String(type?.type);
};
