import type { RemoteLinksEntry } from "@remote-storage/core/links/remote-links.ts";
import type { ProviderConfig } from "@remote-storage/core/storage/provider-config.ts";
import { openConfig, type StorageConfig } from "../../../storage.ts";
import type { CommandStorage } from "../storage.ts";

/** As long as stores let a signature live: what this process signs it sends itself, at once. */
export const OWN_POLICY = { maxExpires: 604_800, window: 0 } as const;

const world = { now: () => new Date(), fetch };

/**
 * The same storage as this machine reaches it: at the stores' own addresses, not those that signed URLs
 * name for others, and without the limits that are set for what is handed out.
 */
export async function openInside(storage: CommandStorage): Promise<CommandStorage> {
  const config: StorageConfig = {
    ...storage.config,
    settings: {
      ...storage.config.settings,
      signing: { ...storage.config.settings.signing, ...OWN_POLICY },
    },
    own: directOwn(storage.config.own),
    entries: storage.config.entries.map((entry) =>
      Object.assign({}, entry, { config: direct(entry.config) }),
    ),
  };
  return { ...(await openConfig(config, world)), settings: storage.settings, config };
}

function direct(config: RemoteLinksEntry["config"]): RemoteLinksEntry["config"] {
  const { publicEndpoint: _, ...rest } = config;
  return rest;
}

/** The disk's requests never leave the process: any host will do, as long as no setting can spoil it. */
function directOwn(config: ProviderConfig): ProviderConfig {
  return config.kind === "http"
    ? { ...config, publicOrigin: () => "http://localhost" }
    : direct(config);
}
