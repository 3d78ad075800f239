import { addDataStorage } from "./data-storage.ts";
import { call, type Expression, literal, property } from "./expression.ts";
import { addFunctionApp } from "./function-app.ts";
import { defaultUrl } from "./app-settings.ts";
import { addHostStorage } from "./host-storage.ts";
import { addIdentity, principalOf } from "./identity.ts";
import { addLinkedPlaces, type GroupedContainer } from "./linked-places.ts";
import { addMonitoring } from "./monitoring.ts";
import { toNames } from "./names.ts";
import type { AzureDeployment } from "./settings.ts";
import { createTemplate, type Template } from "./template.ts";
import { addVault } from "./vault.ts";

const output = (value: Expression) => ({ type: "string" as const, value });

/** The whole of a deployment, for one resource group; `access` is the text of the access file. */
export function createAzureTemplate(
  deployment: AzureDeployment,
  linked: readonly GroupedContainer[],
  access: string | undefined,
): Template {
  const names = toNames(deployment.name);
  const tags = Object.fromEntries(
    Object.entries(deployment.tags).map(([key, value]) => [literal(key), literal(value)]),
  );
  return createTemplate({
    parameters: {
      location: {
        type: "string",
        defaultValue: property(call("resourceGroup"), "location"),
        metadata: { description: "A region that has Flex Consumption" },
      },
      deployerId: {
        type: "string",
        defaultValue: "",
        metadata: { description: "The object id of whoever is to fill the vault; empty: nobody" },
      },
    },
    variables: names.variables,
    resources: [
      addIdentity(names.identity, tags),
      ...addDataStorage(names, deployment, tags),
      ...addHostStorage(names, tags),
      ...addVault(names, tags),
      ...addMonitoring(names, deployment.logDays, tags),
      ...addFunctionApp(names, deployment, access, tags),
      ...addLinkedPlaces(names, linked),
    ],
    outputs: {
      url: output(call("concat", defaultUrl(names), "/")),
      appName: output(names.app.name),
      appId: output(names.app.id),
      dataAccount: output(names.dataAccount.name),
      vaultName: output(names.vault.name),
      identityPrincipalId: output(principalOf(names.identity)),
    },
  });
}
