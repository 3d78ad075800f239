import { call, type Expression, property, variable } from "./expression.ts";
import { resourceId } from "./template.ts";

/** A resource by its name, which is a variable of the template. */
export interface Named {
  readonly name: Expression;
  readonly id: Expression;
}

export interface Names {
  /** What the variables of the template stand for. */
  readonly variables: Readonly<Record<string, string | Expression>>;
  readonly dataAccount: Named;
  readonly hostAccount: Named;
  readonly vault: Named;
  readonly app: Named;
  readonly plan: Named;
  readonly identity: Named;
  readonly workspace: Named;
  readonly insights: Named;
}

/** The containers of the data account, which know nobody outside it. */
export interface Containers {
  readonly public: string;
  readonly private: string;
  readonly cache: string;
}

/** 13 letters and digits, the same ones at every deployment into one resource group. */
const UNIQUE = call("uniqueString", property(call("resourceGroup"), "id"));

/** An account has at most 24 letters and digits, and 4 say which of the two it is. */
const ACCOUNT_START = 7;
/** A vault has at most 24 letters, digits and `-`, never two of these in a row. */
const VAULT_START = 10;

/**
 * The names of what a deployment called `name` makes. Accounts, vaults and apps share their names with
 * the whole world, so those end in what is unique to the resource group.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
export function toNames(name: string): Names {
  const bare = name.replaceAll("-", "");
  const account = bare.slice(0, ACCOUNT_START);
  return {
    variables: {
      dataAccount: call("concat", `${account}data`, UNIQUE),
      hostAccount: call("concat", `${account}host`, UNIQUE),
      vault: call("concat", `${bare.slice(0, VAULT_START)}-`, UNIQUE),
      app: call("concat", `${name}-`, UNIQUE),
      plan: `${name}-plan`,
      identity: `${name}-identity`,
      workspace: `${name}-logs`,
      insights: `${name}-insights`,
    },
    dataAccount: named("dataAccount", "Microsoft.Storage/storageAccounts"),
    hostAccount: named("hostAccount", "Microsoft.Storage/storageAccounts"),
    vault: named("vault", "Microsoft.KeyVault/vaults"),
    app: named("app", "Microsoft.Web/sites"),
    plan: named("plan", "Microsoft.Web/serverfarms"),
    identity: named("identity", "Microsoft.ManagedIdentity/userAssignedIdentities"),
    workspace: named("workspace", "Microsoft.OperationalInsights/workspaces"),
    insights: named("insights", "Microsoft.Insights/components"),
  };
}

export const toContainers = (prefix: string): Containers => ({
  public: `${prefix}-public`,
  private: `${prefix}-private`,
  cache: `${prefix}-cache`,
});

const named = (of: string, type: string): Named => ({
  name: variable(of),
  id: resourceId(type, variable(of)),
});
