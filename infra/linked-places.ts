import { parseRemoteLinks } from "@remote-storage/core/links/remote-links.ts";
import { parseAwsHost } from "@remote-storage/core/settings/aws-host.ts";
import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";

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

/** Secrets are not needed to grant; what says where a store is and how it is reached must be known. */
const SECRET_KEYS = new Set(["access_key", "secret_key", "credentials"]);

/**
 * Reads `remote_links.yml` as far as granting needs it: variables that are not set may stand where a
 * secret belongs, so that whoever deploys need not hold the keys.
 *
 * @throws RemoteLinksError for mistakes in the file, Error for what cannot be granted.
 */
export function readLinkedPlaces(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): LinkedPlaces {
  const { entries } = parseRemoteLinks(text, withPlaceholders(text, env), readFile);
  const linked = entries.map((entry): LinkedEntry => {
    const unknown = entry.unfilled?.find((key) => !SECRET_KEYS.has(key));
    if (unknown !== undefined) {
      throw new Error(`remote_links.yml: ${entry.name}: ${unknown} must be known to grant; set it`);
    }
    const { name, config, buckets } = entry;
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

/** The environment, with an example's `<NAME>` in place of every variable that is named and not set. */
function withPlaceholders(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const named = Array.from(text.matchAll(/\$\{([A-Za-z_]\w*)\}/g), ([, name]) => name ?? "");
  return { ...Object.fromEntries(named.map((name) => [name, `<${name}>`])), ...given(env) };
}

const given = (env: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
