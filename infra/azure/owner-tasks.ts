import type { LinkedContainer } from "./linked-containers.ts";

/**
 * What the owners of linked accounts have to run, as one reads it: one command a container, with the name
 * of the resource group and the identity to be filled in.
 */
export const toOwnerTasks = (containers: readonly LinkedContainer[], template: string): string =>
  containers
    .map(({ account, container, prefixes }) =>
      [
        "az deployment group create --resource-group <group of the account>",
        `--template-file ${quote(template)}`,
        `--parameters account=${account} container=${quote(container)}`,
        ...(prefixes.length === 0 ? [] : [quote(`prefixes=${JSON.stringify(prefixes)}`)]),
        "principalId=<output identityPrincipalId>\n",
      ].join(" "),
    )
    .join("");

/** As a shell takes it; nothing here has a `'`. */
const quote = (text: string): string => (/^[\w./=-]+$/.test(text) ? text : `'${text}'`);
