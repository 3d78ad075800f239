import { call, parameter, property } from "./expression.ts";
import { principalOf } from "./identity.ts";
import type { Names } from "./names.ts";
import { assignRole, ROLES } from "./role-assignment.ts";
import type { Resource, Values } from "./template.ts";

/** The secrets that the functions read; no template holds one. */
export const SECRETS = {
  remoteLinks: "remote-links",
  signingKeys: "url-signing-keys",
  apiTokens: "api-tokens",
} as const;

const RESTORE_DAYS = 30;

/**
 * The vault for remote_links.yml, signing keys and tokens. Whoever deploys may fill it, the functions may
 * read it. What is in it can be made anew, so that a vault that was deleted may be purged as well.
 */
export const addVault = ({ vault, identity }: Names, tags: Values): readonly Resource[] => [
  {
    type: "Microsoft.KeyVault/vaults",
    apiVersion: "2024-11-01",
    name: vault.name,
    location: parameter("location"),
    tags,
    properties: {
      tenantId: property(call("subscription"), "tenantId"),
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
      enableSoftDelete: true,
      softDeleteRetentionInDays: RESTORE_DAYS,
      publicNetworkAccess: "Enabled",
    },
  },
  assignRole({
    role: ROLES.secretsUser,
    scope: vault.id,
    principalId: principalOf(identity),
    principalName: identity.id,
    principalType: "ServicePrincipal",
    dependsOn: [vault.id, identity.id],
  }),
  assignRole({
    role: ROLES.secretsOfficer,
    scope: vault.id,
    principalId: parameter("deployerId"),
    principalName: parameter("deployerId"),
    when: call("not", call("empty", parameter("deployerId"))),
    dependsOn: [vault.id],
  }),
];
