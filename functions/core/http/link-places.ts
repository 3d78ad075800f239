import type { Grant } from "../access/grants.ts";
import type { ProviderSummary } from "../links/link.ts";

/** The providers as far as `links:read` reaches into them: names of others are nobody's business. */
export function visibleProviders(
  providers: readonly ProviderSummary[],
  grants: readonly Grant[],
): readonly ProviderSummary[] {
  const reading = grants.filter(({ action }) => action === "links:read");
  if (reading.some(({ prefixes }) => prefixes === undefined)) return providers;
  const prefixes = reading.flatMap((grant) => grant.prefixes ?? []);
  return providers
    .map((provider) => ({
      ...provider,
      buckets: provider.buckets.filter((bucket) => {
        const place = `${provider.name}://${bucket}${bucket.endsWith("/") ? "" : "/"}`;
        return prefixes.some((prefix) => prefix.startsWith(place) || place.startsWith(prefix));
      }),
    }))
    .filter(({ buckets }) => buckets.length > 0);
}
