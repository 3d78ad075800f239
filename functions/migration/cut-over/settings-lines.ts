import type { ProviderConfig } from "@remote-storage/core/storage/provider-config.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { SETTINGS } from "@remote-storage/core/settings/table.ts";

/** A storage as the settings name it, or as an entry of remote_links.yml does. */
export type StorageConnection = Settings["storage"] | ProviderConfig;

/** What stands for a secret: it is never shown. */
export const HIDDEN = "…";

/** The lines of `.env` that name a storage, by their names. */
export type SettingsLines = ReadonlyMap<string, string>;

/** The lines by which the service uses this storage as its own. */
export function settingsLines(storage: StorageConnection, bucketPrefix: string): SettingsLines {
  const lines = new Map<string, string>([[SETTINGS.provider.name, storage.kind]]);
  const set = ({ name }: { readonly name: string }, value: string | undefined): void => {
    if (value !== undefined) lines.set(name, value);
  };
  if (storage.kind !== "http") {
    const path = storage.kind === "azure" ? storage.basePath : "";
    set(SETTINGS.endpoint, storage.endpoint && storage.endpoint.origin + path);
    set(SETTINGS.publicEndpoint, storage.publicEndpoint && storage.publicEndpoint.origin + path);
    const { credentials } = storage;
    if (storage.kind === "azure") set(SETTINGS.accessKey, storage.account);
    if (credentials.type === "keys") {
      if (storage.kind !== "azure") set(SETTINGS.accessKey, HIDDEN);
      set(SETTINGS.secretKey, HIDDEN);
    }
    if (credentials.type === "role") set(SETTINGS.role, credentials.role);
    if (storage.kind === "minio") set(SETTINGS.region, storage.region);
  }
  if (bucketPrefix !== SETTINGS.bucketPrefix.default) set(SETTINGS.bucketPrefix, bucketPrefix);
  return lines;
}

/** A line of `.env` that is taken out, put in, or put in another's place. */
export interface SettingsChange {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/**
 * What has to change in `.env` for one storage to take the other's place. A secret that both have is a
 * change too: nothing tells whether it is the same.
 */
export function changedLines(
  before: SettingsLines,
  after: SettingsLines,
): readonly SettingsChange[] {
  return Object.values(SETTINGS).flatMap(({ name }) => {
    const [old, next] = [before.get(name), after.get(name)];
    if (old === next && old !== HIDDEN) return [];
    return [
      {
        name,
        ...(old !== undefined && { before: old }),
        ...(next !== undefined && { after: next }),
      },
    ];
  });
}
