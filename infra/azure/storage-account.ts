import { call, type Expression, parameter } from "./expression.ts";
import type { Named } from "./names.ts";
import { type Resource, resourceId, type Values } from "./template.ts";

const VERSION = "2025-06-01";

/** Days in which a container that was deleted can be brought back. */
const CONTAINER_RESTORE_DAYS = 30;

interface StorageAccount {
  readonly account: Named;
  readonly sku: string;
  readonly containers: readonly string[];
  /** Days in which an object that was overwritten or deleted can be brought back; 0 for none. */
  readonly restoreDays: number;
  readonly cors: readonly Values[];
  readonly tags: Values;
}

/**
 * A storage account without keys: nothing opens it but identities, over TLS 1.2. It has a public
 * address, since clients with signed URLs come straight to it, and no container of it is open to anyone.
 */
export const addStorageAccount = (options: StorageAccount): readonly Resource[] => {
  const { account, sku, containers, restoreDays, cors, tags } = options;
  return [
    {
      type: "Microsoft.Storage/storageAccounts",
      apiVersion: VERSION,
      name: account.name,
      location: parameter("location"),
      tags,
      kind: "StorageV2",
      sku: { name: sku },
      properties: {
        accessTier: "Hot",
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        allowSharedKeyAccess: false,
        defaultToOAuthAuthentication: true,
        isLocalUserEnabled: false,
        minimumTlsVersion: "TLS1_2",
        publicNetworkAccess: "Enabled",
        supportsHttpsTrafficOnly: true,
      },
    },
    {
      type: "Microsoft.Storage/storageAccounts/blobServices",
      apiVersion: VERSION,
      name: call("concat", account.name, "/default"),
      dependsOn: [account.id],
      properties: {
        cors: { corsRules: cors },
        deleteRetentionPolicy:
          restoreDays === 0 ? { enabled: false } : { enabled: true, days: restoreDays },
        containerDeleteRetentionPolicy: { enabled: true, days: CONTAINER_RESTORE_DAYS },
      },
    },
    ...containers.map((container) => ({
      type: "Microsoft.Storage/storageAccounts/blobServices/containers",
      apiVersion: VERSION,
      name: call("concat", account.name, `/default/${container}`),
      dependsOn: [blobServiceId(account)],
      properties: { publicAccess: "None" },
    })),
  ];
};

/** The id of a container, which is what a role is given on. */
export const containerId = (account: Expression, container: string | Expression): Expression =>
  resourceId(
    "Microsoft.Storage/storageAccounts/blobServices/containers",
    account,
    "default",
    container,
  );

const blobServiceId = ({ name }: Named): Expression =>
  resourceId("Microsoft.Storage/storageAccounts/blobServices", name, "default");
