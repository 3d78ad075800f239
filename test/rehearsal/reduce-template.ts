interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

interface Resource {
  readonly Type: string;
  readonly DependsOn?: string | readonly string[];
}

/**
 * The template without the resources of types that are not known; texts stand where others refer to
 * them, and `removed` hears of each.
 */
export function reduceTemplate(
  template: Template,
  isKnown: (type: string) => boolean,
  removed: (type: string) => void,
): Template {
  const all = Object.entries(template.Resources);
  const unknown = new Set(all.flatMap(([id, { Type }]) => (isKnown(Type) ? [] : [id])));
  // A permission is nothing without what it is for.
  const permissions = all.flatMap(([id, resource]) =>
    resource.Type === "AWS::Lambda::Permission" && refers(resource, unknown) ? [id] : [],
  );
  const gone = new Set([...unknown, ...permissions]);
  for (const [id, { Type }] of all) if (gone.has(id)) removed(Type);
  const resources = all.flatMap(([id, resource]) =>
    gone.has(id) ? [] : [[id, withoutDependencies(resource, gone)] as const],
  );
  return replace({ ...template, Resources: Object.fromEntries(resources) }, gone) as Template;
}

function withoutDependencies(resource: Resource, gone: ReadonlySet<string>): Resource {
  const { DependsOn = [], ...rest } = resource;
  const needed = [DependsOn].flat().filter((id) => !gone.has(id));
  return needed.length === 0 ? rest : { ...rest, DependsOn: needed };
}

function replace(value: unknown, gone: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => replace(item, gone));
  if (typeof value !== "object" || value === null) return value;
  const id = reference(value as Record<string, unknown>);
  if (id !== undefined && gone.has(id)) return `https://not-made/${id}`;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, gone)]));
}

function refers(value: unknown, ids: ReadonlySet<string>): boolean {
  return JSON.stringify(replace(value, ids)) !== JSON.stringify(value);
}

function reference(value: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof value["Ref"] === "string") return value["Ref"];
  const attribute: unknown = value["Fn::GetAtt"];
  return Array.isArray(attribute) ? String(attribute[0]) : undefined;
}

/** What the text is, if it is a template. */
export function parseTemplate(text: string): Template | undefined {
  if (!text.startsWith("{")) return undefined;
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null && "Resources" in value
    ? (value as Template)
    : undefined;
}
