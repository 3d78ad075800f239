import { describeResource, GROUP, toFunctions, toId } from "./functions.ts";
import { parseExpression, type Tree } from "./parse-expression.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface WrittenTemplate {
  readonly parameters: Readonly<Record<string, { readonly defaultValue?: unknown }>>;
  readonly variables: Fields;
  readonly resources: readonly Fields[];
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
}

/** A resource with every expression worked out. */
export interface Deployed {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly dependsOn: readonly string[];
  /** The ids that its expressions ask for what they say of themselves. */
  readonly asked: readonly string[];
  readonly body: Fields;
}

export interface Deployment {
  readonly resources: readonly Deployed[];
  readonly outputs: Fields;
}

/**
 * Works a template out as a deployment does, with nobody but itself to ask, so that what it names must be
 * in it; templates inside it are worked out too.
 *
 * @throws Error for an expression that is none, or names what is not there.
 */
export function deploy(
  template: WrittenTemplate,
  given: Fields = {},
  resourceGroup = GROUP,
): Deployment {
  const functions = toFunctions(resourceGroup);
  const asked: string[] = [];

  const parameters = (name: string): unknown => {
    if (!Object.hasOwn(template.parameters, name)) throw new Error(`no parameter ${name}`);
    if (Object.hasOwn(given, name)) return given[name];
    const standard = template.parameters[name]?.defaultValue;
    if (standard === undefined) throw new Error(`parameter ${name} is not given`);
    return workOut(standard);
  };

  const variables = (name: string): unknown => {
    if (!Object.hasOwn(template.variables, name)) throw new Error(`no variable ${name}`);
    return workOut(template.variables[name]);
  };

  const evaluate = (tree: Tree): unknown => {
    if (tree.kind === "text") return tree.text;
    if (tree.kind === "property") return propertyOf(evaluate(tree.of), tree.name);
    const [first, ...others] = tree.given.map(evaluate);
    const text = toText(first);
    if (tree.name === "parameters") return parameters(text);
    if (tree.name === "variables") return variables(text);
    if (tree.name === "not") return first === false;
    if (tree.name === "if") return first === true ? others[0] : others[1];
    if (tree.name === "reference") {
      asked.push(text);
      return describeResource(text);
    }
    const call = functions[tree.name];
    if (call === undefined) throw new Error(`no function ${tree.name}`);
    return call(...(first === undefined ? [] : [text, ...others.map(toText)]));
  };

  const workOut = (value: unknown): unknown => {
    if (typeof value === "string") {
      if (!/^\[.*\]$/s.test(value)) return value;
      return value.startsWith("[[")
        ? value.slice(1)
        : evaluate(parseExpression(value.slice(1, -1)));
    }
    if (Array.isArray(value)) return value.map(workOut);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        String(workOut(key)),
        // An inner template is worked out where it is deployed.
        key === "template" ? inner : workOut(inner),
      ]),
    );
  };

  const place = (written: Fields): readonly Deployed[] => {
    asked.length = 0;
    const body = workOut(written) as Fields;
    if (body["condition"] === false) return [];
    const [type, name] = [String(body["type"]), String(body["name"])];
    const group = typeof body["resourceGroup"] === "string" ? body["resourceGroup"] : resourceGroup;
    const id =
      typeof body["scope"] === "string"
        ? `${body["scope"]}/providers/${type}/${name}`
        : toId(group, type, name.split("/"));
    const dependsOn = (body["dependsOn"] as readonly string[] | undefined) ?? [];
    const resource = { id, type, name, dependsOn, asked: [...asked], body };
    return [resource, ...placeInner(body, group)];
  };

  const placeInner = (body: Fields, group: string): readonly Deployed[] => {
    if (body["type"] !== "Microsoft.Resources/deployments") return [];
    const { template: inner, parameters: values } = body["properties"] as {
      readonly template: WrittenTemplate;
      readonly parameters: Readonly<Record<string, { readonly value: unknown }>>;
    };
    const passed = Object.entries(values).map(([name, { value }]) => [name, value] as const);
    return deploy(inner, Object.fromEntries(passed), group).resources;
  };

  return {
    resources: template.resources.flatMap(place),
    outputs: Object.fromEntries(
      Object.entries(template.outputs).map(([name, { value }]) => [name, workOut(value)]),
    ),
  };
}

const toText = (value: unknown): string =>
  Array.isArray(value) ? JSON.stringify(value) : String(value);

function propertyOf(value: unknown, name: string): unknown {
  const found = (value as Fields)[name];
  if (found === undefined) throw new Error(`no property ${name} in ${JSON.stringify(value)}`);
  return found;
}
