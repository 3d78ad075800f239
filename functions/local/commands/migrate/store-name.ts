import type { ProviderConfig } from "@remote-storage/core/storage/provider-config.ts";

/** Where an account's buckets lie, so that equal names mean equal places: no key, no secret. */
export function storeName(config: ProviderConfig): string {
  if (config.kind === "http") return `${config.dataPath}/storage`;
  if (config.kind === "azure") return `${config.endpoint.origin}${config.basePath}`;
  return config.endpoint?.origin ?? "https://storage.googleapis.com";
}
