/**
 * What Azure Resource Manager works out while it deploys: written as `[body]` in the template.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions
 */
export interface Expression {
  /** What stands between the brackets. */
  readonly body: string;
  readonly toJSON: () => string;
}

type Argument = Expression | string;

const expression = (body: string): Expression => ({ body, toJSON: () => `[${body}]` });

const toArgument = (argument: Argument): string =>
  typeof argument === "string" ? `'${argument.replaceAll("'", "''")}'` : argument.body;

/** A call of one of the functions of templates. Texts are taken literally. */
export const call = (name: string, ...given: readonly Argument[]): Expression =>
  expression(`${name}(${given.map(toArgument).join(", ")})`);

/** A property of what an expression gives. */
export const property = (of: Expression, name: string): Expression =>
  expression(`${of.body}.${name}`);

export const parameter = (name: string): Expression => call("parameters", name);

export const variable = (name: string): Expression => call("variables", name);

/** An expression as the key of an object. */
export const toKey = (of: Expression): string => of.toJSON();

/** A text from outside: one in brackets would otherwise be worked out. */
export const literal = (text: string): string => (/^\[.*\]$/s.test(text) ? `[${text}` : text);
