import { principalOf } from "./identity.ts";
import { type Names, toContainers } from "./names.ts";
import { assignRole, ROLES } from "./role-assignment.ts";
import type { AzureDeployment } from "./settings.ts";
import { addStorageAccount, containerId } from "./storage-account.ts";
import type { Resource, Values } from "./template.ts";

const PREFLIGHT_SECONDS = 3600;

/**
 * The account with the users' objects, and the functions' rights there: the own containers, and a user
 * delegation key to sign with. A lock keeps it from going with the resource group. Blocks of uploads that
 * nobody finishes are dropped by Azure itself after a week.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block#remarks
 */
export function addDataStorage(
  { dataAccount: account, identity }: Names,
  { bucketPrefix, redundancy, restoreDays, service }: AzureDeployment,
  tags: Values,
): readonly Resource[] {
  const containers = Object.values(toContainers(bucketPrefix));
  const identityRole = {
    principalId: principalOf(identity),
    principalName: identity.id,
    principalType: "ServicePrincipal",
  } as const;
  return [
    ...addStorageAccount({
      account,
      sku: redundancy,
      containers,
      restoreDays,
      cors: toCorsRules(service.corsOrigins),
      tags,
    }),
    {
      type: "Microsoft.Authorization/locks",
      apiVersion: "2020-05-01",
      name: "keep-objects",
      scope: account.id,
      dependsOn: [account.id],
      properties: {
        level: "CanNotDelete",
        notes: "Objects outlive deployments: take this lock away to delete them",
      },
    },
    assignRole({
      ...identityRole,
      role: ROLES.blobDelegator,
      scope: account.id,
      dependsOn: [account.id, identity.id],
    }),
    ...containers.map((container) =>
      assignRole({
        ...identityRole,
        role: ROLES.blobDataContributor,
        scope: containerId(account.name, container),
        dependsOn: [containerId(account.name, container), identity.id],
      }),
    ),
  ];
}

/** What pages of these origins may do with signed URLs. */
const toCorsRules = (origins: readonly string[]): readonly Values[] =>
  origins.length === 0
    ? []
    : [
        {
          allowedOrigins: origins,
          allowedMethods: ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"],
          allowedHeaders: ["*"],
          exposedHeaders: ["ETag", "Content-Range", "Accept-Ranges", "x-ms-version-id"],
          maxAgeInSeconds: PREFLIGHT_SECONDS,
        },
      ];
