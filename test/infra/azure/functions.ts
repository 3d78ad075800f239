import { createHash } from "node:crypto";

const SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";

/** Where a template is deployed. */
export const GROUP = "rg-test";

const hash = (parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex");

/** `hash` in the form of a GUID. */
const toGuid = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );

/** The id of a resource, from its type and its names, of which it has as many as its type has parts. */
export function toId(resourceGroup: string, type: string, names: readonly string[]): string {
  const [provider = "", ...types] = type.split("/");
  if (types.length !== names.length) {
    throw new Error(`${type} has ${types.length} names, not ${names.join(", ")}`);
  }
  const path = types.map((part, index) => `${part}/${names[index]}`).join("/");
  return `/subscriptions/${SUBSCRIPTION}/resourceGroups/${resourceGroup}/providers/${provider}/${path}`;
}

/** Those functions of templates, lists as JSON, that need to know nothing but what they are given, and the group. */
export const toFunctions = (
  resourceGroup: string,
): Readonly<Record<string, (...given: readonly string[]) => unknown>> => ({
  join: (items = "[]", between) => (JSON.parse(items) as readonly string[]).join(between),
  concat: (...given) => given.join(""),
  guid: (...given) => toGuid(hash(given)),
  uniqueString: (...given) => hash(given).slice(0, 13),
  empty: (value) => value === "" || value === "[]",
  json: (text = "") => JSON.parse(text) as unknown,
  environment: () => ({ suffixes: { storage: "core.windows.net" } }),
  resourceGroup: () => ({ id: `group ${resourceGroup}`, location: "westeurope" }),
  subscription: () => ({ tenantId: toGuid(hash(["tenant"])) }),
  subscriptionResourceId: (type, name) =>
    `/subscriptions/${SUBSCRIPTION}/providers/${type}/${name}`,
  resourceId: (first = "", ...given) => {
    const [group, type, names] = first.includes("/")
      ? [resourceGroup, first, given]
      : [first, given[0] ?? "", given.slice(1)];
    return toId(group, type, names);
  },
});

/** What a resource says of itself once it is there. */
export const describeResource = (id: string) => ({
  principalId: toGuid(hash([id, "principal"])),
  clientId: toGuid(hash([id, "client"])),
  ConnectionString: `InstrumentationKey=${toGuid(hash([id, "insights"]))}`,
});
