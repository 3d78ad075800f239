import type { Grant } from "../access/grants.ts";
import type { Rate } from "../access/rate-limiter.ts";
import type {
  AzureConfig,
  GoogleConfig,
  S3Config,
  StaticKeys,
} from "../storage/provider-config.ts";
import type { FetchRules } from "./host-list.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** `STORAGE_PROVIDER=http`: the keys may be absent, the local server then makes them at its first start. */
export interface DiskSettings {
  readonly kind: "http";
  readonly keys?: StaticKeys;
  readonly region: string;
  /** `STORAGE_PUBLIC_ENDPOINT` as an origin. */
  readonly publicOrigin?: string;
}

export interface CacheSettings {
  /** Bytes. */
  readonly size: number;
  /** Seconds. */
  readonly expires: number;
}

export interface ApiToken {
  readonly token: string;
  readonly grants: readonly Grant[];
}

export interface UrlSigningKey {
  readonly id: string;
  readonly secret: string;
}

/** Everything the environment says, checked once at the edge and frozen. Durations in seconds, sizes in bytes. */
export interface Settings {
  readonly storage: DiskSettings | S3Config | AzureConfig | GoogleConfig;
  /** Full names of the service's own buckets: `<prefix>-public` and `<prefix>-private`. */
  readonly buckets: { readonly public: string; readonly private: string };
  readonly dataPath: string;
  /** `PUBLIC_URL` without a trailing slash. */
  readonly publicUrl?: string;
  /** `REMOTE_LINKS_FILE`; absent: the default places are tried, and a missing file means no providers. */
  readonly remoteLinksFile?: string;
  readonly signing: {
    readonly defaultExpires: number;
    readonly maxExpires: number;
    readonly window: number;
  };
  /** The first signs, all verify. Absent: made at the first local start. */
  readonly urlSigningKeys?: readonly UrlSigningKey[];
  readonly apiTokens?: readonly ApiToken[];
  readonly accessFile?: string;
  readonly auditFile?: string;
  /** For each caller, and for wrong credentials from each address. Absent: no limit. */
  readonly limits: { readonly requests?: Rate; readonly failures?: Rate };
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Origins as browsers send them, or `*`. Empty: no CORS. */
  readonly corsOrigins: readonly string[];
  readonly linkFetch: FetchRules;
  readonly caches: {
    readonly previews: CacheSettings;
    readonly storage: CacheSettings;
    readonly imageConverter: CacheSettings;
    readonly revalidate: number;
  };
  readonly jupyter: { readonly sync: boolean; readonly downloadBeforeStart: boolean };
}
