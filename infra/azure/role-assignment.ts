import { call, type Expression } from "./expression.ts";
import type { Resource } from "./template.ts";

/** @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export const ROLES = {
  blobDataOwner: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  blobDataContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  blobDataReader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  blobDelegator: "db58b8e5-c6ad-4a2a-8342-4190687cbf4a",
  secretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  secretsOfficer: "b86a8fe4-44ce-4948-aee5-efccb2c155cd",
  metricsPublisher: "3913510d-42f4-4e42-8a64-420c390055eb",
} as const;

interface RoleAssignment {
  /** One of {@link ROLES}, or an expression that gives one. */
  readonly role: string | Expression;
  /** The id of the resource that the role is given on. */
  readonly scope: Expression;
  readonly principalId: Expression;
  /** What tells this principal from others in the assignment's name; the name must not change. */
  readonly principalName: Expression;
  /** Left out for people, whom the directory has known for long. */
  readonly principalType?: "ServicePrincipal";
  readonly dependsOn?: readonly Expression[];
  /** Only with this is the resource made. */
  readonly when?: Expression;
  /** Narrows the role: an expression that gives a condition or null. */
  readonly only?: { readonly condition: Expression; readonly version: Expression };
}

/** Gives a role on one resource. An assignment's name is a GUID, the same at every deployment. */
export const assignRole = (assignment: RoleAssignment): Resource => {
  const { role, scope, principalId, principalName, principalType, dependsOn, when, only } =
    assignment;
  return {
    type: "Microsoft.Authorization/roleAssignments",
    apiVersion: "2022-04-01",
    name: call("guid", scope, principalName, role),
    scope,
    condition: when,
    dependsOn,
    properties: {
      roleDefinitionId: call(
        "subscriptionResourceId",
        "Microsoft.Authorization/roleDefinitions",
        role,
      ),
      principalId,
      principalType,
      condition: only?.condition,
      conditionVersion: only?.version,
    },
  };
};
