import { principalOf } from "./identity.ts";
import type { Names } from "./names.ts";
import { assignRole, ROLES } from "./role-assignment.ts";
import { addStorageAccount } from "./storage-account.ts";
import type { Resource, Values } from "./template.ts";

/** Where the app's package lies. */
export const PACKAGES = "packages";

/**
 * The account of the Functions host: packages, the timer's locks, the host's own keys. The host makes
 * containers there as it needs them, which takes the role of an owner on the whole account: that is why
 * it is an account apart.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
 */
export const addHostStorage = (
  { hostAccount: account, identity }: Names,
  tags: Values,
): readonly Resource[] => [
  ...addStorageAccount({
    account,
    sku: "Standard_LRS",
    containers: [PACKAGES],
    restoreDays: 0,
    cors: [],
    tags,
  }),
  assignRole({
    role: ROLES.blobDataOwner,
    scope: account.id,
    principalId: principalOf(identity),
    principalName: identity.id,
    principalType: "ServicePrincipal",
    dependsOn: [account.id, identity.id],
  }),
];
