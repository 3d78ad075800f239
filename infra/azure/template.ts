import { call, type Expression } from "./expression.ts";

type Value = string | number | boolean | null | Expression | readonly Value[] | Values;

/** An object of a template; what is `undefined` is left out. */
export interface Values {
  readonly [name: string]: Value | undefined;
}

/** A resource of a template, for which `resourceId` can be asked before it is there. */
export interface Resource extends Values {
  readonly type: string;
  readonly apiVersion: string;
  readonly name: string | Expression;
}

interface Parameter extends Values {
  readonly type: "string" | "bool" | "array";
  readonly metadata: { readonly description: string };
}

interface Output extends Values {
  readonly type: "string";
  readonly value: Expression;
}

/**
 * What a deployment hands to Azure Resource Manager.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax
 */
export interface Template extends Values {
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly variables: Readonly<Record<string, string | Expression>>;
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, Output>>;
}

export const createTemplate = (
  parts: Pick<Template, "parameters" | "variables" | "resources" | "outputs">,
): Template => ({
  $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  contentVersion: "1.0.0.0",
  ...parts,
});

/** The id of a resource of this resource group; a child's has its parents' names first. */
export const resourceId = (type: string, ...names: readonly (string | Expression)[]): Expression =>
  call("resourceId", type, ...names);
