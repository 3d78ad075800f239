import { parseAwsHost } from "@remote-storage/core/settings/aws-host.ts";
import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { readEntries } from "./remote-links-entries.ts";
import type { Given } from "./service-settings.ts";

/** A bucket of AWS, or the part below a prefix that ends in `/`. */
export interface Place {
  readonly bucket: string;
  readonly prefix: string;
}

/** What `remote_links.yml` asks of the functions' roles. Entries with keys of their own ask nothing. */
export interface Rights {
  /** Reached by the functions' own roles. */
  readonly places: readonly Place[];
  /** Names or ARNs of the roles that the functions assume. */
  readonly roles: readonly string[];
}

/** One entry by its name, with all that it lists, however it is reached. */
interface LinkedEntry extends Rights {
  readonly name: string;
  readonly buckets: readonly Place[];
}

/** The rights of all entries together, each once. */
export interface LinkedPlaces extends Rights {
  readonly entries: readonly LinkedEntry[];
}

const NOTHING: Rights = { places: [], roles: [] };

/** Without a `remote_links.yml`. */
export const NO_PLACES: LinkedPlaces = { ...NOTHING, entries: [] };

/** Names that S3 itself gives to no bucket would be wildcards or worse in a policy. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * Reads what `remote_links.yml` asks of AWS; secrets need not be at hand.
 *
 * @throws RemoteLinksError for mistakes in the file, Error for what cannot be granted.
 */
export function readLinkedPlaces(
  text: string,
  env: Given,
  readFile: (path: string) => string,
): LinkedPlaces {
  const linked = readEntries(text, env, readFile).map(({ name, config, buckets }): LinkedEntry => {
    const rights = config.kind === "minio" ? toRights(name, config, buckets) : NOTHING;
    return { name, buckets, places: rights.places, roles: rights.roles };
  });
  const places = new Map(
    linked
      .flatMap((each) => each.places)
      .map((place) => [`${place.bucket}/${place.prefix}`, place]),
  );
  return {
    entries: linked,
    places: Array.from(places.values()),
    roles: Array.from(new Set(linked.flatMap((each) => each.roles))),
  };
}

function toRights(name: string, config: S3Config, places: readonly Place[]): Rights {
  const { endpoint, credentials } = config;
  // Another store's roles and buckets are none of AWS's IAM.
  if (parseAwsHost(endpoint.hostname) === undefined) return NOTHING;
  if (credentials.type === "role") return { places: [], roles: [credentials.role] };
  if (credentials.type === "keys") return NOTHING;
  const impossible = places.find(({ bucket }) => !BUCKET.test(bucket));
  if (impossible !== undefined) {
    throw new Error(
      `remote_links.yml: ${name}: ${JSON.stringify(impossible.bucket)} is no bucket of S3`,
    );
  }
  return { places, roles: [] };
}
