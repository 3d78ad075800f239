import type { DiskConfig, ProviderConfig } from "@remote-storage/core/storage/provider-config.ts";
import type { StorageConfig } from "../../../storage.ts";

/** A configuration as plain data, which can be sent to a thread. */
export interface SharedConfig extends Omit<StorageConfig, "own"> {
  readonly own:
    | Exclude<ProviderConfig, DiskConfig>
    | (Omit<DiskConfig, "publicOrigin"> & { readonly publicOrigin: string });
}

export function toShared({ settings, own, entries, env }: StorageConfig): SharedConfig {
  const { buckets, signing } = settings;
  const needed = { settings: { buckets, signing }, entries, env: { ...env } };
  if (own.kind !== "http") return { ...needed, own };
  return { ...needed, own: { ...own, publicOrigin: own.publicOrigin() } };
}

export function fromShared({ own, ...rest }: SharedConfig): StorageConfig {
  if (own.kind !== "http") return { ...rest, own };
  const { publicOrigin } = own;
  return { ...rest, own: { ...own, publicOrigin: () => publicOrigin } };
}

/** True when a thread will load an SDK to get at what it signs with. */
export function needsSdk({ own, entries }: SharedConfig): boolean {
  const configs = [own, ...entries.map(({ config }) => config)];
  return configs.some(
    (config) =>
      config.kind !== "http" &&
      (config.credentials.type === "role" || config.credentials.type === "ambient"),
  );
}
