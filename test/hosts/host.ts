/** A whole answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Whatever serves the app: the suite knows nothing of it but this. */
export interface Host {
  /** Where signed URLs of the own buckets point. */
  readonly origin: string;
  /** Set where the store differs from S3 in what clients see of it. */
  readonly store?: "azure";
  /** Sends exactly this target, without following redirects. */
  request(
    method: string,
    target: string,
    headers?: Readonly<Record<string, string>>,
    body?: string | Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

/** Tokens that every host under test knows. */
export const TOKENS = {
  all: "all-grants-0123456789",
  reader: "only-reads-0123456789",
  linker: "only-links-0123456789",
} as const;

/** The disk's key pair on every host under test. */
export const KEYS = {
  accessKeyId: "HOSTUNDERTEST",
  secretAccessKey: "secret-of-the-host-under-test",
};

export const ALLOWED_ORIGIN = "https://app.example";

/** The environment of a host under test, its files in `folder`. */
export function environment(folder: string): Record<string, string> {
  return {
    DATA_PATH: `${folder}/data`,
    REMOTE_LINKS_FILE: `${folder}/remote_links.yml`,
    STORAGE_ACCESS_KEY: KEYS.accessKeyId,
    STORAGE_SECRET_KEY: KEYS.secretAccessKey,
    URL_SIGNING_KEYS: "k1:signing-key-of-the-host-under-test",
    API_TOKENS: `${TOKENS.all},${TOKENS.reader}:objects:read,${TOKENS.linker}:links:read`,
    CORS_ORIGINS: ALLOWED_ORIGIN,
    SIGNED_URL_MAX_EXPIRES: "1d",
    // The only public host that tests can reach.
    LINK_FETCH_ALLOW: "127.0.0.1",
    LOG_LEVEL: "silent",
    PORT: "0",
  };
}

export const REMOTE_LINKS = `
cars:
  provider: minio
  endpoint: s3.example.com
  access_key: AKIAEXAMPLE
  secret_key: example-secret-key
  region: eu-central-1
  buckets:
    - cars_2020_20_10
    - shared/team-a/
`;
