import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";
import type {
  ProviderConfig,
  ProviderContext,
} from "@remote-storage/core/storage/provider-config.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { openProvider } from "./providers/registry.ts";
import { remoteStore } from "./storage.ts";

/** Names the bucket or container; whoever deploys the functions sets it. */
const VARIABLE = "CACHE_BUCKET";

/**
 * Where functions, which have no disk, keep their caches: beside the service's own buckets, but always reached by the
 * function's own identity. `STORAGE_IAM_ROLE` is for what is to be read, and need not know of caches.
 *
 * @throws SettingsError when `env` does not name it, or the storage is a disk.
 */
export async function openCacheBucket(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  { now, fetch }: Pick<ProviderContext, "now" | "fetch">,
): Promise<Bucket> {
  const name = env[VARIABLE];
  if (!name) {
    const expected = "the bucket or container that the caches are kept in";
    throw new SettingsError([{ name: VARIABLE, expected }]);
  }
  const context = { now, fetch, policy: settings.signing, env };
  const provider = await openProvider(withoutRole(remoteStore(settings)), context);
  return provider.bucket(name);
}

function withoutRole(own: ProviderConfig): ProviderConfig {
  return own.kind === "minio" && own.credentials.type === "role"
    ? { ...own, credentials: { type: "ambient" } }
    : own;
}
