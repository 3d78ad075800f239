import type { Bucket, ProviderKind } from "../storage/provider.ts";
import type { LinkResolver } from "./link.ts";
import { createLocator } from "./locator.ts";
import { type LinkProvider, type Place, type Places, toPlaces } from "./place.ts";
import { KIND_SCHEMES, OWN_SCHEME } from "./scheme.ts";
import { createLinkSigner } from "./sign-link.ts";
import { createWebPlaces, type FindWebPlaces } from "./web-places.ts";

/**
 * Resolves links against the entries of remote_links.yml and the service's own buckets (`fs://`).
 * Opens every bucket once, which does no I/O.
 */
export function createLinkResolver(options: {
  readonly entries: readonly LinkProvider[];
  readonly own: readonly Bucket[];
  /** Where objects of an own bucket are served, as `Provider.origins`. */
  readonly ownOrigins?: (bucket: string) => readonly string[];
}): LinkResolver {
  const { entries, own, ownOrigins = () => [] } = options;
  const opened = entries.map((entry) => ({ entry, places: openPlaces(entry) }));
  const ownPlaces = own.map((bucket): Place => ({ provider: OWN_SCHEME, bucket, prefix: "" }));

  const ofKind = (kind: ProviderKind): readonly Place[] =>
    opened.flatMap(({ entry, places }) => (entry.provider.kind === kind ? places : []));
  const schemes = new Map<string, Places>([
    ...Object.entries(KIND_SCHEMES).map(
      ([scheme, kind]) => [scheme, toPlaces(ofKind(kind))] as const,
    ),
    [OWN_SCHEME, toPlaces(ownPlaces)],
    ...opened.map(({ entry, places }) => [entry.name.toLowerCase(), toPlaces(places)] as const),
  ]);
  const findInEntries = createWebPlaces(() =>
    opened.flatMap(({ entry, places }) =>
      places.map((place) => ({ place, origins: entry.provider.origins(place.bucket.name) })),
    ),
  );
  const findInOwn = createWebPlaces(() =>
    ownPlaces.map((place) => ({ place, origins: ownOrigins(place.bucket.name) })),
  );
  // A bucket that is listed as well is meant as it is listed.
  const findWeb: FindWebPlaces = (host, path) => findInEntries(host, path) ?? findInOwn(host, path);

  const all = [...opened.flatMap(({ places }) => places), ...ownPlaces];

  return {
    providers: entries.map(({ name, provider, buckets }) => ({
      name,
      kind: provider.kind,
      buckets: buckets.map(({ bucket, prefix }) =>
        prefix === "" ? bucket : `${bucket}/${prefix}`,
      ),
    })),
    locate: createLocator(schemes, findWeb),
    bucket: (located) =>
      located.type === "object"
        ? all.find(({ provider, bucket }) => {
            return provider === located.provider && bucket.name === located.bucket;
          })?.bucket
        : undefined,
    sign: createLinkSigner(
      all,
      new Map(entries.map(({ name, unfilled = [] }) => [name, unfilled])),
    ),
  };
}

/** The entry's places; several prefixes of one bucket share it. */
function openPlaces({ name, provider, buckets }: LinkProvider): readonly Place[] {
  const opened = new Map<string, Bucket>();
  return buckets.map(({ bucket, prefix }) => {
    const open = opened.get(bucket) ?? provider.bucket(bucket);
    opened.set(bucket, open);
    return { provider: name, bucket: open, prefix };
  });
}
