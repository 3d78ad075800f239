import { parameter } from "./expression.ts";
import { principalOf } from "./identity.ts";
import type { Names } from "./names.ts";
import { assignRole, ROLES } from "./role-assignment.ts";
import type { Resource, Values } from "./template.ts";

/** Logs and telemetry, which only identities may write: what the connection string holds opens nothing. */
export const addMonitoring = (
  { workspace, insights, identity }: Names,
  logDays: number,
  tags: Values,
): readonly Resource[] => [
  {
    type: "Microsoft.OperationalInsights/workspaces",
    apiVersion: "2023-09-01",
    name: workspace.name,
    location: parameter("location"),
    tags,
    properties: {
      sku: { name: "PerGB2018" },
      retentionInDays: logDays,
      features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true },
    },
  },
  {
    type: "Microsoft.Insights/components",
    apiVersion: "2020-02-02",
    name: insights.name,
    location: parameter("location"),
    tags,
    kind: "web",
    dependsOn: [workspace.id],
    properties: {
      Application_Type: "web",
      DisableLocalAuth: true,
      IngestionMode: "LogAnalytics",
      WorkspaceResourceId: workspace.id,
    },
  },
  assignRole({
    role: ROLES.metricsPublisher,
    scope: insights.id,
    principalId: principalOf(identity),
    principalName: identity.id,
    principalType: "ServicePrincipal",
    dependsOn: [insights.id, identity.id],
  }),
];
