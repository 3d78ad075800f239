import { call, type Expression, literal, property } from "./expression.ts";
import { clientOf } from "./identity.ts";
import { type Names, toContainers } from "./names.ts";
import type { AzureDeployment } from "./settings.ts";
import type { Values } from "./template.ts";
import { SECRETS } from "./vault.ts";

/**
 * The environment of the functions. Secrets stand in it as references, which the platform follows; no
 * setting has a key, and the host reaches its own account as the identity. `access` holds no secret.
 *
 * @see https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
 */
export function toAppSettings(
  names: Names,
  { service, passed, bucketPrefix }: AzureDeployment,
  access: string | undefined,
): readonly Values[] {
  const { dataAccount, hostAccount, identity, insights, vault } = names;
  const clientId = clientOf(identity);
  const secret = (name: string): Expression =>
    call("concat", "@Microsoft.KeyVault(VaultName=", vault.name, `;SecretName=${name})`);
  const settings: Readonly<Record<string, string | Expression>> = {
    AzureWebJobsStorage__accountName: hostAccount.name,
    AzureWebJobsStorage__credential: "managedidentity",
    AzureWebJobsStorage__clientId: clientId,
    // Else the platform answers at `/` itself.
    AzureWebJobsDisableHomepage: "true",
    APPLICATIONINSIGHTS_CONNECTION_STRING: property(
      call("reference", insights.id, "2020-02-02"),
      "ConnectionString",
    ),
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: call(
      "concat",
      "ClientId=",
      clientId,
      ";Authorization=AAD",
    ),
    AZURE_CLIENT_ID: clientId,
    AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
    ...Object.fromEntries(
      Object.entries(passed).map(([name, value]) => [name, literal(value)] as const),
    ),
    STORAGE_PROVIDER: "azure",
    STORAGE_ACCESS_KEY: dataAccount.name,
    STORAGE_BUCKET_PREFIX: bucketPrefix,
    CACHE_BUCKET: toContainers(bucketPrefix).cache,
    PUBLIC_URL: service.publicUrl ?? defaultUrl(names),
    URL_SIGNING_KEYS: secret(SECRETS.signingKeys),
    API_TOKENS: secret(SECRETS.apiTokens),
    REMOTE_LINKS: secret(SECRETS.remoteLinks),
    ...(access !== undefined && { ACCESS: literal(access) }),
  };
  return Object.entries(settings).map(([name, value]) => ({ name, value }));
}

/** Where the platform serves an app that has no domain of its own. */
export const defaultUrl = ({ app }: Names): Expression =>
  call("concat", "https://", app.name, ".azurewebsites.net");
