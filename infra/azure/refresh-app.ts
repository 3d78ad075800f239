import { accept, type AzureApi } from "./azure-api.ts";

/**
 * Has the app with this resource id take its secrets from the vault now; by itself it does so within a day.
 *
 * @throws Error when Azure refuses.
 * @see https://learn.microsoft.com/azure/app-service/app-service-key-vault-references#understand-rotation
 */
export async function refreshApp(manager: AzureApi, appId: string): Promise<void> {
  for (const action of ["config/configreferences/appsettings/refresh", "restart"]) {
    const path = `${appId}/${action}?api-version=2024-11-01`;
    await accept(await manager.send(path, { method: "POST" }), action);
  }
}
