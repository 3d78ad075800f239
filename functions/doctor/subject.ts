import type { BucketPlace } from "@remote-storage/core/links/bucket-place.ts";
import type {
  ProviderConfig,
  ProviderContext,
} from "@remote-storage/core/storage/provider-config.ts";
import type { Provider } from "@remote-storage/core/storage/provider.ts";
import { openProvider } from "../providers/registry.ts";
import type { StorageConfig } from "../storage.ts";

/** One provider as the settings or remote_links.yml name it. */
export interface Subject {
  /** `storage` for the service's own, else the entry's name. */
  readonly name: string;
  /** The service's own storage: it is written to. Linked buckets are only ever read. */
  readonly own: boolean;
  readonly config: ProviderConfig;
  readonly provider: Provider;
  /** What it was opened with. */
  readonly context: ProviderContext;
  readonly places: readonly BucketPlace[];
}

/** What the service's own storage is called among the providers. */
const OWN_NAME = "storage";

/** Opens everything that is configured; nothing is sent anywhere yet. */
export async function openSubjects(
  { settings, own, entries }: StorageConfig,
  context: ProviderContext,
): Promise<readonly Subject[]> {
  const { buckets } = settings;
  const storage: Subject = {
    name: OWN_NAME,
    own: true,
    config: own,
    provider: await openProvider(own, context),
    context,
    places: [buckets.public, buckets.private].map((bucket) => ({ bucket, prefix: "" })),
  };
  const linked = entries.map(async ({ name, config, buckets: places }): Promise<Subject> => {
    const provider = await openProvider(config, context);
    return { name, own: false, config, provider, context, places };
  });
  return [storage, ...(await Promise.all(linked))];
}
