import type { Template } from "aws-cdk-lib/assertions";

type Properties = Readonly<Record<string, unknown>>;

/** What the resources of a type say that have (at least) `properties`; all of them without any. */
export const resources = (
  template: Template,
  type: string,
  properties: Properties = {},
): readonly Properties[] =>
  Object.values(template.findResources(type, { Properties: properties })).map(
    (resource) => resource["Properties"] as Properties,
  );

/** A text of a template as one reads it: what only a deployment knows stands between angle brackets. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(toText).join("");
  const [[name, content]] = Object.entries(value as Record<string, unknown>) as [[string, unknown]];
  if (name === "Fn::Join") return toText((content as [string, unknown[]])[1]);
  if (name === "Ref") return `<${String(content)}>`;
  if (name === "Fn::GetAtt") return `<${(content as string[]).join(".")}>`;
  throw new Error(`cannot read ${JSON.stringify(value)}`);
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
  readonly Principal?: unknown;
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  readonly Roles?: readonly unknown[];
}

/** Every right that a role is given, as `action on resource`, without CDK's hashes, in order. */
export function rightsOf(template: Template, role: string): readonly string[] {
  const policies = Object.values(template.findResources("AWS::IAM::Policy")) as {
    Properties: Policy;
  }[];
  return policies
    .map(({ Properties }) => Properties)
    .filter(({ Roles = [] }) => Roles.some((each) => toText(each).startsWith(`<${role}Role`)))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Effect, Action, Resource, Condition }) =>
      asList(Resource).flatMap((resource) =>
        asList(Action).map(
          (action) =>
            `${Effect === "Allow" ? "" : `${Effect} `}${String(action)} on ${withoutHash(toText(resource))}${
              Condition === undefined ? "" : ` if ${JSON.stringify(Condition)}`
            }`,
        ),
      ),
    )
    .toSorted();
}

const withoutHash = (text: string): string => text.replaceAll(/([a-z])[0-9A-F]{8}(?=[.>])/g, "$1");
