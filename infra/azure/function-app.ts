import { toAppSettings } from "./app-settings.ts";
import { call, type Expression, parameter, property, toKey } from "./expression.ts";
import { PACKAGES } from "./host-storage.ts";
import type { Named, Names } from "./names.ts";
import type { AzureDeployment } from "./settings.ts";
import { containerId } from "./storage-account.ts";
import { type Resource, resourceId, type Values } from "./template.ts";

const VERSION = "2024-11-01";
const POLICIES = "Microsoft.Web/sites/basicPublishingCredentialsPolicies";

/** How `azd` knows which resource its service is deployed to: the name in azure.yaml. */
const SERVICE_TAG = { "azd-service-name": "service" };

/**
 * The plan, which costs while functions run, and the app with all functions in it. This plan has no FTP
 * and no remote debugging, and refuses to be told that they are off.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations
 */
export const addFunctionApp = (
  names: Names,
  deployment: AzureDeployment,
  access: string | undefined,
  tags: Values,
): readonly Resource[] => {
  const { app, plan, identity, hostAccount, insights } = names;
  const { node, instances, memory } = deployment;
  return [
    {
      type: "Microsoft.Web/serverfarms",
      apiVersion: VERSION,
      name: plan.name,
      location: parameter("location"),
      tags,
      kind: "functionapp",
      sku: { name: "FC1", tier: "FlexConsumption" },
      properties: { reserved: true },
    },
    {
      type: "Microsoft.Web/sites",
      apiVersion: VERSION,
      name: app.name,
      location: parameter("location"),
      tags: { ...tags, ...SERVICE_TAG },
      kind: "functionapp,linux",
      identity: { type: "UserAssigned", userAssignedIdentities: { [toKey(identity.id)]: {} } },
      dependsOn: [
        plan.id,
        identity.id,
        insights.id,
        hostAccount.id,
        containerId(hostAccount.name, PACKAGES),
      ],
      properties: {
        serverFarmId: plan.id,
        httpsOnly: true,
        publicNetworkAccess: "Enabled",
        clientAffinityEnabled: false,
        keyVaultReferenceIdentity: identity.id,
        functionAppConfig: {
          deployment: {
            storage: {
              type: "blobContainer",
              value: packagesUrl(hostAccount),
              authentication: {
                type: "UserAssignedIdentity",
                userAssignedIdentityResourceId: identity.id,
              },
            },
          },
          runtime: { name: "node", version: node },
          scaleAndConcurrency: { maximumInstanceCount: instances, instanceMemoryMB: memory },
        },
        siteConfig: {
          // No `cors`: the platform would answer before the service, which knows CORS_ORIGINS.
          appSettings: toAppSettings(names, deployment, access),
          http20Enabled: true,
          minTlsVersion: "1.2",
          scmMinTlsVersion: "1.2",
        },
      },
    },
    refusePasswords(app, "ftp", app.id),
    // One after the other: the platform refuses two changes of an app at a time.
    refusePasswords(app, "scm", resourceId(POLICIES, app.name, "ftp")),
  ];
};

/** Packages are published as somebody, never with the app's own password. */
const refusePasswords = (app: Named, name: string, after: Expression): Resource => ({
  type: POLICIES,
  apiVersion: VERSION,
  name: call("concat", app.name, `/${name}`),
  dependsOn: [after],
  properties: { allow: false },
});

const packagesUrl = ({ name }: Named): Expression =>
  call(
    "concat",
    "https://",
    name,
    ".blob.",
    property(property(call("environment"), "suffixes"), "storage"),
    `/${PACKAGES}`,
  );
