import type { Bucket, Provider } from "../storage/provider.ts";
import type { BucketPlace } from "./bucket-place.ts";
import type { LinkError } from "./link.ts";

/** A provider as links see it. */
export interface LinkProvider {
  readonly name: string;
  readonly provider: Provider;
  readonly buckets: readonly BucketPlace[];
  /** See `RemoteLinksEntry`: while there are any, signing is refused. */
  readonly unfilled?: readonly string[];
}

/** One bucket, or a part of it, that links may point into. */
export interface Place {
  /** The entry's name, or `fs`. */
  readonly provider: string;
  readonly bucket: Bucket;
  /** Empty, or ending in `/`. */
  readonly prefix: string;
}

/** Places by bucket name, those of one bucket with the longest prefix first. */
export type Places = ReadonlyMap<string, readonly Place[]>;

/** Groups places by bucket name. */
export function toPlaces(places: readonly Place[]): Places {
  const byBucket = Map.groupBy(places, ({ bucket }) => bucket.name);
  for (const list of byBucket.values()) list.sort((a, b) => b.prefix.length - a.prefix.length);
  return byBucket;
}

/** The place that a key lies in: the longest prefix wins. */
export function choosePlace(places: readonly Place[], key: string): Place | LinkError {
  const index = places.findIndex(({ prefix }) => key.startsWith(prefix));
  const place = places[index];
  if (place === undefined) return outsidePrefix(places);
  const rival = places[index + 1];
  if (rival?.prefix !== place.prefix) return place;
  const names = places
    .filter(({ prefix }) => prefix === place.prefix)
    .map(({ provider }) => provider);
  return {
    code: "ambiguous_provider",
    message: `${names.join(" and ")} list ${place.bucket.name}/${place.prefix} alike`,
    hint: `name the provider: ${names.map((name) => `${name}://`).join(" or ")}`,
  };
}

function outsidePrefix(places: readonly Place[]): LinkError {
  const allowed = places.map(({ bucket, prefix }) => `${bucket.name}/${prefix}`);
  return {
    code: "outside_prefix",
    message: `the object lies outside ${allowed.join(", ")}`,
    hint: "widen the prefix in remote_links.yml if it should be reachable",
  };
}
