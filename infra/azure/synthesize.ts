import { parseAccessFile } from "@remote-storage/core/access/access-file.ts";
import type { RemoteLinksEntry } from "@remote-storage/core/links/remote-links.ts";
import { createAzureTemplate } from "./create-template.ts";
import { type LinkedContainer, toLinkedContainers } from "./linked-containers.ts";
import type { AzureDeployment } from "./settings.ts";
import type { Template } from "./template.ts";

/** What a deployment comes to. */
export interface Synthesized {
  readonly template: Template;
  /** Linked containers in accounts of others, who have to give the roles there. */
  readonly left: readonly LinkedContainer[];
}

/**
 * Makes the template, with roles in the linked accounts whose resource groups are known.
 *
 * @param access the text of the access file.
 * @throws AccessFileError for mistakes in that, Error for links that no role can be given on.
 */
export function synthesize(
  deployment: AzureDeployment,
  entries: readonly RemoteLinksEntry[],
  access?: string,
): Synthesized {
  if (access !== undefined) {
    const providers = entries.map(({ name }) => name);
    parseAccessFile(access, providers);
  }
  const containers = toLinkedContainers(entries);
  const { linkedGroups } = deployment;
  const grouped = containers.flatMap((container) => {
    const resourceGroup = linkedGroups.get(container.account);
    return resourceGroup === undefined ? [] : [{ ...container, resourceGroup }];
  });
  return {
    template: createAzureTemplate(deployment, grouped, access),
    left: containers.filter(({ account }) => !linkedGroups.has(account)),
  };
}
