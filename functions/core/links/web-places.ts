import { parseAwsHost } from "../settings/aws-host.ts";
import type { Provider } from "../storage/provider.ts";
import { percentDecode } from "./percent-encoding.ts";
import type { Place } from "./place.ts";

/** Where a web address leads: the places of the bucket and what follows it in the path, still encoded. */
export interface WebPlaces {
  readonly places: readonly Place[];
  readonly rest: string;
}

/** Stands for every S3 host of AWS, since any of them serves (or redirects for) any bucket. No host is called so. */
const AWS = "aws:";
const GOOGLE = "storage.googleapis.com";
/** Serves the same objects to browsers signed in to Google; people copy it from the console. */
const GOOGLE_CONSOLE = "storage.cloud.google.com";

/** The deepest path before a key: `/account/container` on an Azure emulator. */
const MAX_DEPTH = 2;

/**
 * Finds configured buckets by the addresses under which stores serve them: those that providers sign
 * for, and the clouds' other well-known ones. `host` is lower-case, its port absent when it is the
 * scheme's own.
 */
export function createWebPlaces(
  sources: readonly { readonly provider: Provider; readonly place: Place }[],
): (host: string, path: string) => WebPlaces | undefined {
  const hosts = new Set<string>();
  const byAddress = new Map<string, Place[]>();
  for (const { provider, place } of sources) {
    const { name } = place.bucket;
    const addresses = new Set(
      provider.origins(name).flatMap((origin) => toAddresses(origin, name)),
    );
    for (const address of addresses) {
      hosts.add(hostOf(address));
      const places = byAddress.get(address) ?? [];
      byAddress.set(address, places);
      places.push(place);
      places.sort((a, b) => b.prefix.length - a.prefix.length);
    }
  }

  return (written, path) => {
    const aws = written.includes(".amazonaws.com") ? parseAwsHost(written) : undefined;
    const host = aws === undefined ? written : AWS;
    if (!hosts.has(host)) return undefined;
    const virtual = byAddress.get(aws?.bucket === undefined ? host : `${AWS}/${aws.bucket}`);
    if (virtual !== undefined) return { places: virtual, rest: path.slice(1) };
    if (aws?.bucket !== undefined) return undefined;
    let address = host;
    let from = 1;
    for (let depth = 0; depth < MAX_DEPTH && from > 0; depth++) {
      const slash = path.indexOf("/", from);
      const end = slash < 0 ? path.length : slash;
      address += `/${percentDecode(path.slice(from, end)) ?? ""}`;
      const places = byAddress.get(address);
      if (places !== undefined) return { places, rest: path.slice(end + 1) };
      from = slash + 1;
    }
    return undefined;
  };
}

/** `host` or `host/path` of an origin, decoded, and the other addresses of the same bucket. */
function toAddresses(origin: string, bucket: string): readonly string[] {
  const { host, pathname } = new URL(origin);
  if (parseAwsHost(host) !== undefined) return [`${AWS}/${bucket}`];
  const path = pathname.replace(/\/$/, "");
  const address = host + (percentDecode(path) ?? path);
  return hostOf(address) === GOOGLE || host === `${bucket.toLowerCase()}.${GOOGLE}`
    ? [`${GOOGLE}/${bucket}`, `${GOOGLE_CONSOLE}/${bucket}`, `${bucket.toLowerCase()}.${GOOGLE}`]
    : [address];
}

function hostOf(address: string): string {
  const slash = address.indexOf("/");
  return slash < 0 ? address : address.slice(0, slash);
}
