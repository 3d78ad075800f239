import type { RemoteLinksEntry } from "@remote-storage/core/links/remote-links.ts";

/** A container of a storage account, or the part below a prefix that ends in `/`. */
export interface LinkedContainer {
  readonly account: string;
  readonly container: string;
  readonly prefix: string;
}

/** @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
const CONTAINER = /^(\$(root|web|logs)|(?=.{3,63}$)[a-z0-9](-?[a-z0-9])*)$/;

/**
 * The containers that the functions reach as their identity, each once: those of Azure's entries without
 * keys. Entries with keys need no role.
 *
 * @throws Error for what no role can be given on.
 */
export function toLinkedContainers(
  entries: readonly RemoteLinksEntry[],
): readonly LinkedContainer[] {
  const containers = entries.flatMap(({ name, config, buckets, unfilled }) => {
    if (config.kind !== "azure" || config.credentials.type === "keys") return [];
    if (unfilled?.includes("access_key")) {
      throw new Error(`remote_links.yml: ${name}: access_key names the account; set it to grant`);
    }
    return buckets.map(({ bucket, prefix }) => {
      check(name, bucket, CONTAINER.test(bucket), "is no container of Azure");
      check(name, prefix, !prefix.includes("'"), "has a ', which no condition of a role can hold");
      return { account: config.account, container: bucket, prefix };
    });
  });
  return Array.from(
    new Map(containers.map((each) => [Object.values(each).join("/"), each])).values(),
  );
}

function check(entry: string, text: string, fits: boolean, problem: string): void {
  if (!fits) throw new Error(`remote_links.yml: ${entry}: ${JSON.stringify(text)} ${problem}`);
}
