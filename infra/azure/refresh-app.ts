import { accept, type AzureApi } from "./azure-api.ts";

const VERSION = "?api-version=2022-03-01";

/**
 * Has the app with this resource id take its secrets from the vault now; by itself it does so within a day.
 *
 * @throws Error when Azure refuses.
 * @see https://learn.microsoft.com/azure/app-service/app-service-key-vault-references#understand-rotation
 */
export async function refreshApp(manager: AzureApi, appId: string): Promise<void> {
  const ask = async (action: string, doing: string): Promise<void> =>
    accept(await manager.send(`${appId}/${action}${VERSION}`, { method: "POST" }), doing);
  await ask("config/configreferences/appsettings/refresh", "refresh the app's secrets");
  await ask("restart", "restart the app");
}
