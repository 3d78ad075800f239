import type { ProviderKind } from "../../storage/provider.ts";
import { parsePath, path, secret, type SettingWithDefault, text } from "../setting.ts";
import { parseOneOf, parseText } from "../values.ts";

const PROVIDERS = ["http", "minio", "azure", "google"] as const satisfies readonly ProviderKind[];

/** Where the data is. */
export const STORAGE_SETTINGS = {
  provider: {
    name: "STORAGE_PROVIDER",
    parse: parseOneOf(PROVIDERS),
    expected: "http (local disk), minio (any S3-compatible store), azure or google",
    default: "http",
    about: "`http` (local disk), `minio` (any S3-compatible store), `azure` or `google`",
  } satisfies SettingWithDefault<ProviderKind>,
  endpoint: text(
    "STORAGE_ENDPOINT",
    "a URL, a host, or host:port",
    "A URL, a host, or host:port. Without a scheme: https when the port is 443 or absent, else http",
  ),
  port: text(
    "STORAGE_PORT",
    "a port from 1 to 65535",
    "The endpoint's port, when the endpoint does not say it",
    /^\d{1,5}$/,
  ),
  accessKey: secret(
    text(
      "STORAGE_ACCESS_KEY",
      "an access key, on Azure the account's name",
      "Access key; on Azure the storage account's name; on Google an HMAC key. Without keys and role: what the place gives",
      /^\S+$/,
    ),
  ),
  secretKey: secret(
    text(
      "STORAGE_SECRET_KEY",
      "a secret key",
      "The secret that belongs to the access key",
      /^\S+$/,
    ),
  ),
  role: text(
    "STORAGE_IAM_ROLE",
    "a role's name or its ARN",
    "Instead of keys, on AWS S3: a role's name or ARN, assumed through STS",
  ),
  region: text(
    "STORAGE_REGION",
    "a region's name, such as eu-central-1",
    "The buckets' region; absent: found out once for each bucket (`http`: `us-east-1`)",
    /^[A-Za-z0-9_-]{1,64}$/,
  ),
  publicEndpoint: text(
    "STORAGE_PUBLIC_ENDPOINT",
    "a URL, a host, or host:port",
    "The address that signed URLs name, when clients reach the storage by another one than this service",
  ),
  bucketPrefix: {
    name: "STORAGE_BUCKET_PREFIX",
    parse: parseText(/^[A-Za-z0-9][A-Za-z0-9._-]{0,54}$/),
    expected: "up to 55 letters, digits, `-`, `_` and `.`, a letter or digit first",
    default: "remote-storage",
    about: "The two buckets are `<prefix>-public` and `<prefix>-private`",
  } satisfies SettingWithDefault<string>,
  dataPath: {
    name: "DATA_PATH",
    parse: parsePath,
    expected: "a folder's path",
    default: "./data",
    about: "Local files (`storage/` with `http`), caches, and the keys made at the first start",
  } satisfies SettingWithDefault<string>,
  remoteLinksFile: path(
    "REMOTE_LINKS_FILE",
    "a file's path",
    "Providers for links; absent: `/remote_links.yml`, else `./remote_links.yml`, if there is one",
  ),
};
