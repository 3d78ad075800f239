import type { AzureConfig } from "@remote-storage/core/storage/provider-config.ts";
import type { Subject } from "../subject.ts";
import type { Policy } from "./policy.ts";

const BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/**
 * Role assignments for an identity. An account key may do everything, so that with one there is nothing to
 * grant.
 *
 * @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage
 */
export function azurePolicies(
  { own, places }: Pick<Subject, "own" | "places">,
  { account, credentials }: AzureConfig,
): readonly Policy[] {
  if (credentials.type === "keys") return [];
  const role = own ? "Storage Blob Data Contributor" : "Storage Blob Data Reader";
  const assignments = places.map(({ bucket, prefix }) =>
    assign(
      `$ACCOUNT/blobServices/default/containers/${bucket}`,
      role,
      prefix === ""
        ? ""
        : ` \\\n  --condition-version 2.0 --condition ${quoted(onlyBelow(prefix))}`,
    ),
  );
  const text = [
    'IDENTITY="<principal id of the managed identity>"',
    `ACCOUNT="$(az storage account show --name ${account} --query id --output tsv)"`,
    "# to sign: user delegation keys",
    assign("$ACCOUNT", "Storage Blob Delegator"),
    `# to ${own ? "read and write" : "read"}`,
    ...assignments,
  ].join("\n");
  return [{ title: "Role assignments for the identity: the least that suffices", text }];
}

function assign(scope: string, role: string, condition = ""): string {
  return `az role assignment create --assignee "$IDENTITY" --role "${role}" \\\n  --scope "${scope}"${condition}`;
}

/** @see https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples */
function onlyBelow(prefix: string): string {
  const path = `@Resource[${BLOBS}:path] StringStartsWith '${prefix.replaceAll("'", "''")}'`;
  return `((!(ActionMatches{'${BLOBS}/read'} AND NOT SubOperationMatches{'Blob.List'})) OR (${path}))`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
