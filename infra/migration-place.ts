import { OWN_SCHEME } from "@remote-storage/core/links/scheme.ts";
import type { LinkedPlaces, Place, Rights } from "./linked-places.ts";

/** One side of a migration: a prefix of an own bucket, or of a bucket that remote_links.yml lists. */
export type MigrationPlace =
  | { readonly own: "public" | "private"; readonly prefix: string }
  | ({ readonly provider: string } & Place);

/** What {@link parseMigrationPlace} reads, for error messages. */
export const MIGRATION_PLACE =
  "public/ or private/, or <provider>://<bucket>/ with a provider's name in remote_links.yml; a prefix after it ends in /";

export function parseMigrationPlace(written: string): MigrationPlace | undefined {
  const [, provider, name = "", prefix = ""] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?([^/]+)\/((?:.*\/)?)$/s.exec(written) ?? [];
  if (provider !== undefined) return { provider, bucket: name, prefix };
  return name === "public" || name === "private" ? { own: name, prefix } : undefined;
}

/** A side of a migration as the worker is told it, and what its role must be given for it. */
export interface MigrationSide extends Pick<Rights, "places" | "roles"> {
  /** A link that ends in `/`: what follows it is an object's key. */
  readonly link: string;
}

/**
 * Finds the side in remote_links.yml. Rights are narrowed to it: an entry may list more.
 *
 * @throws Error for a place that the file does not list.
 */
export function toMigrationSide(
  place: MigrationPlace,
  linked: LinkedPlaces,
  own: Readonly<Record<"public" | "private", string>>,
): MigrationSide {
  if ("own" in place) {
    const { prefix } = place;
    const bucket = own[place.own];
    return {
      link: `${OWN_SCHEME}://${bucket}/${prefix}`,
      places: [{ bucket, prefix }],
      roles: [],
    };
  }
  const { provider, bucket, prefix } = place;
  const link = `${provider}://${bucket}/${prefix}`;
  const entry = linked.entries.find(({ name }) => name.toLowerCase() === provider.toLowerCase());
  const listed = entry?.buckets.some(
    (each) => each.bucket === bucket && prefix.startsWith(each.prefix),
  );
  if (entry === undefined || listed !== true) {
    throw new Error(`remote_links.yml does not list ${link}, which is to be migrated`);
  }
  return {
    link,
    roles: entry.roles,
    places: entry.places.length === 0 ? [] : [{ bucket, prefix }],
  };
}
