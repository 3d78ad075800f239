import { percentDecode } from "./percent-encoding.ts";
import type { Place } from "./place.ts";
import { toCanonicalAddress } from "./web-address.ts";

/** Where a web address leads: the places of the bucket and what follows it in the path, still encoded. */
export interface WebPlaces {
  readonly places: readonly Place[];
  readonly rest: string;
  /** The address is the one of the bucket's website. */
  readonly website?: true;
}

/** Places, and where their bucket's objects are served. */
export interface WebSource {
  readonly place: Place;
  readonly origins: readonly string[];
}

/** Finds the bucket that a web address leads into. */
export type FindWebPlaces = (host: string, path: string) => WebPlaces | undefined;

/** The deepest path before a key: `/account/container` on an Azure emulator. */
const MAX_DEPTH = 2;

/**
 * Finds configured buckets by the addresses under which stores serve them: those that providers sign
 * for, and the clouds' other well-known ones. `host` is lower-case, its port absent when it is the
 * scheme's own.
 *
 * @param sources asked for with the first address: a server knows its own port only after listening.
 */
export function createWebPlaces(sources: () => readonly WebSource[]): FindWebPlaces {
  let known: ReadonlyMap<string, readonly Place[]> | undefined;
  let hosts = new Set<string>();

  return (written, writtenPath) => {
    if (known === undefined) {
      known = byAddress(sources());
      hosts = new Set(known.keys().map((address) => address.split("/", 1).join()));
    }
    const { host, path, website } = toCanonicalAddress(written, writtenPath);
    if (!hosts.has(host)) return undefined;
    const hosted = known.get(host);
    if (hosted !== undefined) return { places: hosted, rest: path.slice(1) };
    let address = host;
    let from = 1;
    for (let depth = 0; depth < MAX_DEPTH && from > 0; depth++) {
      const slash = path.indexOf("/", from);
      const end = slash < 0 ? path.length : slash;
      address += `/${percentDecode(path.slice(from, end)) ?? ""}`;
      const places = known.get(address);
      if (places !== undefined) {
        return { places, rest: path.slice(end + 1), ...(website && { website }) };
      }
      from = slash + 1;
    }
    return undefined;
  };
}

/** Places by `host` or `host/path`, decoded; those of one address with the longest prefix first. */
function byAddress(sources: readonly WebSource[]): ReadonlyMap<string, readonly Place[]> {
  const found = new Map<string, Place[]>();
  for (const { place, origins } of sources) {
    for (const address of new Set(origins.map(toAddress))) {
      const places = found.get(address) ?? [];
      found.set(address, places);
      places.push(place);
      places.sort((a, b) => b.prefix.length - a.prefix.length);
    }
  }
  return found;
}

function toAddress(origin: string): string {
  const url = new URL(origin);
  const { host, path } = toCanonicalAddress(url.host, url.pathname);
  const decoded = percentDecode(path) ?? path;
  return host + decoded.replace(/\/$/, "");
}
