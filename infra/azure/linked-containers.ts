import type { RemoteLinksEntry } from "@remote-storage/core/links/remote-links.ts";

/** A container of a storage account, or the parts of it below prefixes. */
export interface LinkedContainer {
  readonly account: string;
  readonly container: string;
  /** Each ends in `/`; none for the whole container. */
  readonly prefixes: readonly string[];
}

/** @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
const CONTAINER = /^(\$(root|web|logs)|(?=.{3,63}$)[a-z0-9](-?[a-z0-9])*)$/;

/** Characters that a condition of a role has at most, and how many one with a prefix has around it. */
const CONDITION = { most: 8192, frame: 500, aroundPrefix: 250 };

/**
 * The containers that the functions reach as their identity, each once: those of Azure's entries without
 * keys. Entries with keys need no role. A role is given once on a container, so that all prefixes there
 * come together.
 *
 * @throws Error for what no role can be given on.
 */
export function toLinkedContainers(
  entries: readonly RemoteLinksEntry[],
): readonly LinkedContainer[] {
  const containers = new Map<string, LinkedContainer>();
  for (const { name, config, buckets, unfilled } of entries) {
    if (config.kind !== "azure" || config.credentials.type === "keys") continue;
    if (unfilled?.includes("access_key")) {
      throw new Error(`remote_links.yml: ${name}: access_key names the account; set it to grant`);
    }
    const { account } = config;
    for (const { bucket: container, prefix } of buckets) {
      check(name, container, CONTAINER.test(container), "is no container of Azure");
      check(name, prefix, !prefix.includes("'"), "has a ', which no condition of a role can hold");
      const known = containers.get(`${account}/${container}`);
      const prefixes = join(known?.prefixes, prefix);
      check(name, container, fits(prefixes), "has more prefixes than a role's condition can hold");
      containers.set(`${account}/${container}`, { account, container, prefixes });
    }
  }
  return Array.from(containers.values());
}

/** One prefix more; the whole container has all of them in it. */
function join(known: readonly string[] | undefined, prefix: string): readonly string[] {
  if (prefix === "" || known?.length === 0) return [];
  return Array.from(new Set([...(known ?? []), prefix]));
}

function fits(prefixes: readonly string[]): boolean {
  const sizes = prefixes.map((prefix) => 2 * prefix.length + CONDITION.aroundPrefix);
  return sizes.reduce((sum, size) => sum + size, CONDITION.frame) <= CONDITION.most;
}

function check(entry: string, text: string, holds: boolean, problem: string): void {
  if (!holds) throw new Error(`remote_links.yml: ${entry}: ${JSON.stringify(text)} ${problem}`);
}
