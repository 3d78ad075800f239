import type { LinkResolver } from "@remote-storage/core/links/link.ts";
import type { RemoteLinksEntry } from "@remote-storage/core/links/remote-links.ts";
import { createLinkResolver } from "@remote-storage/core/links/resolver.ts";
import type { DiskSettings, Settings } from "@remote-storage/core/settings/settings.ts";
import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";
import type {
  ProviderConfig,
  ProviderContext,
} from "@remote-storage/core/storage/provider-config.ts";
import type { Bucket, ProviderKind } from "@remote-storage/core/storage/provider.ts";
import { openProvider } from "./providers/registry.ts";

/** The buckets and links that the settings name, ready to sign. */
export interface Storage {
  readonly kind: ProviderKind;
  /** The service's own. */
  readonly buckets: { readonly public: Bucket; readonly private: Bucket };
  readonly resolver: LinkResolver;
}

/** What a host gives. */
export interface StorageSource {
  readonly settings: Settings;
  /** `settings.storage`; for the local disk with keys and origin, which only the host knows. */
  readonly own: ProviderConfig;
  /** The text of remote_links.yml; absent: there are no other providers. */
  readonly remoteLinks?: string | undefined;
  /** For `${NAME}` in remote_links.yml, and for ambient credentials. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For `credentials_file` in remote_links.yml. */
  readonly readFile: (path: string) => string;
  readonly now: () => Date;
  readonly fetch: typeof fetch;
}

/** What is left of the settings and of remote_links.yml once they are read: plain data but for functions in `own`. */
export interface StorageConfig {
  readonly settings: Pick<Settings, "buckets" | "signing">;
  readonly own: ProviderConfig;
  readonly entries: readonly RemoteLinksEntry[];
  readonly env: StorageSource["env"];
}

/**
 * Reads remote_links.yml. Nothing is opened yet.
 *
 * @throws RemoteLinksError with every mistake in it.
 */
export async function readStorageConfig(source: StorageSource): Promise<StorageConfig> {
  const { settings, own, remoteLinks, env, readFile } = source;
  if (remoteLinks === undefined) return { settings, own, env, entries: [] };
  // The parser of YAML is a good part of a start: loaded when there is something to read.
  const { parseRemoteLinks } = await import("@remote-storage/core/links/remote-links.ts");
  return { settings, own, env, ...parseRemoteLinks(remoteLinks, env, readFile) };
}

/** Opens every provider; nothing is sent anywhere yet. */
export async function openConfig(
  { settings, own, entries, env }: StorageConfig,
  world: Pick<ProviderContext, "now" | "fetch">,
): Promise<Storage> {
  const { now, fetch } = world;
  const context: ProviderContext = { now, fetch, policy: settings.signing, env };
  const provider = await openProvider(own, context);
  const buckets = {
    public: provider.bucket(settings.buckets.public),
    private: provider.bucket(settings.buckets.private),
  };
  const opened = await Promise.all(
    entries.map(async (entry) =>
      Object.assign({ provider: await openProvider(entry.config, context) }, entry),
    ),
  );
  return {
    kind: provider.kind,
    buckets,
    resolver: createLinkResolver({
      entries: opened,
      own: [buckets.public, buckets.private],
      ownOrigins: (bucket) => provider.origins(bucket),
    }),
  };
}

/**
 * The store of a host that has no disk to keep.
 *
 * @throws SettingsError for the local disk, which is what no setting means.
 */
export function remoteStore({ storage }: Settings): Exclude<Settings["storage"], DiskSettings> {
  if (storage.kind !== "http") return storage;
  const expected = "minio, azure or google: functions have no disk";
  throw new SettingsError([{ name: "STORAGE_PROVIDER", expected }]);
}

/**
 * Reads and opens what the settings name.
 *
 * @throws RemoteLinksError with every mistake in remote_links.yml.
 */
export async function openStorage(source: StorageSource): Promise<Storage> {
  return openConfig(await readStorageConfig(source), source);
}
