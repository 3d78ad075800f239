import type { SigningPolicy } from "../signing/signed-request.ts";

/** Where a store answers: parsed by `settings/endpoint.ts`. `origin` is `scheme://host[:port]`, no path. */
export interface Endpoint {
  readonly protocol: "http:" | "https:";
  readonly hostname: string;
  /** Absent when it is the scheme's own. */
  readonly port?: number;
  readonly origin: string;
}

export interface StaticKeys {
  readonly type: "keys";
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A bucket, or a part of it: `prefix` is empty or ends in `/`. */
export interface RolePlace {
  readonly bucket: string;
  readonly prefix: string;
}

/** A role by name (in the caller's own account) or ARN; assumed through STS. */
export interface RoleCredentials {
  readonly type: "role";
  readonly role: string;
  readonly externalId?: string;
  /** Seconds. */
  readonly sessionDuration?: number;
  /** What the session is called in the account's trail. Default: `remote-storage`. */
  readonly sessionName?: string;
  /** All that the session may touch, however much the role may. Default: what the role may. */
  readonly places?: readonly RolePlace[];
}

/** What the place gives: environment, container, instance metadata, managed identity, profile. */
export interface AmbientCredentials {
  readonly type: "ambient";
}

export interface GoogleServiceAccount {
  readonly type: "service-account";
  readonly clientEmail: string;
  /** PEM. */
  readonly privateKey: string;
  readonly projectId?: string;
}

export interface DiskConfig {
  readonly kind: "http";
  /** `DATA_PATH`. Buckets are `storage/<name>` below it. */
  readonly dataPath: string;
  readonly keys: StaticKeys;
  readonly region: string;
  /** The origin that signed URLs name; asked at each signature, since a port of 0 is known only after listening. */
  readonly publicOrigin: () => string;
}

export interface S3Config {
  readonly kind: "minio";
  readonly endpoint: Endpoint;
  readonly publicEndpoint?: Endpoint;
  readonly region?: string;
  readonly pathStyle?: boolean;
  readonly credentials: StaticKeys | RoleCredentials | AmbientCredentials;
}

export interface AzureConfig {
  readonly kind: "azure";
  readonly endpoint: Endpoint;
  /** For emulators and custom domains: `/account` before the container in the URL's path. Else empty. */
  readonly basePath: string;
  readonly publicEndpoint?: Endpoint;
  readonly account: string;
  readonly credentials: StaticKeys | AmbientCredentials;
}

export interface GoogleConfig {
  readonly kind: "google";
  /** Default `https://storage.googleapis.com`. */
  readonly endpoint?: Endpoint;
  readonly publicEndpoint?: Endpoint;
  readonly credentials: StaticKeys | GoogleServiceAccount | AmbientCredentials;
}

export type ProviderConfig = DiskConfig | S3Config | AzureConfig | GoogleConfig;

/** What the world gives to a provider: nothing in it is read from globals. */
export interface ProviderContext {
  readonly now: () => Date;
  readonly policy: SigningPolicy;
  /** For signed-URL based I/O and token requests; `globalThis.fetch` in entries. */
  readonly fetch: typeof fetch;
  /** Where ambient credentials may be at hand. Absent: an SDK that is loaded looks for itself. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}
