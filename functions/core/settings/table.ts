import type { ProviderKind } from "../storage/provider.ts";
import { parseApiTokens } from "./api-tokens.ts";
import { DURATION, parseDuration } from "./duration.ts";
import {
  boolean,
  duration,
  parsePath,
  path,
  secret,
  type Setting,
  type SettingWithDefault,
  size,
  text,
} from "./setting.ts";
import type { Rate } from "../access/rate-limiter.ts";
import { HOST_LIST, parseHostList, type HostList } from "./host-list.ts";
import { parseRate, RATE } from "./rate.ts";
import type { LogLevel } from "./settings.ts";
import { parseUrlSigningKeys } from "./url-signing-keys.ts";
import { parseCorsOrigins, parseOneOf, parsePort, parsePublicUrl, parseText } from "./values.ts";

const PROVIDERS = ["http", "minio", "azure", "google"] as const satisfies readonly ProviderKind[];
const LOG_LEVELS = [
  "debug",
  "info",
  "warn",
  "error",
  "silent",
] as const satisfies readonly LogLevel[];

/** SigV4, and therefore every store here, stops at seven days. */
const MAX_SIGNED_SECONDS = 604_800;

const parseLife = (written: string): number | undefined => {
  const seconds = parseDuration(written);
  return seconds !== undefined && seconds >= 1 && seconds <= MAX_SIGNED_SECONDS
    ? seconds
    : undefined;
};

const parseWindow = (written: string): number | undefined =>
  written === "off" ? 0 : parseLife(written);

/** Every setting there is, in the order in which the README lists them. */
export const SETTINGS = {
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
  publicUrl: {
    name: "PUBLIC_URL",
    parse: parsePublicUrl,
    expected: "an absolute http:// or https:// URL without query, fragment or password",
    about: "This service's own base URL, when it stands behind a proxy",
  } satisfies Setting<string>,
  signedExpires: {
    name: "SIGNED_URL_EXPIRES",
    parse: parseLife,
    expected: `${DURATION}, from 1s to 7d`,
    default: "1h",
    about: "How long a signed URL lives when nobody says",
  } satisfies SettingWithDefault<number>,
  signedMaxExpires: {
    name: "SIGNED_URL_MAX_EXPIRES",
    parse: parseLife,
    expected: `${DURATION}, from 1s to 7d`,
    default: "7d",
    about: "The longest life; a longer wish is shortened to it",
  } satisfies SettingWithDefault<number>,
  signedWindow: {
    name: "SIGNED_URL_WINDOW",
    parse: parseWindow,
    expected: `off, or ${DURATION}, up to SIGNED_URL_MAX_EXPIRES`,
    default: "off",
    about:
      "Signing times are rounded down to it, so that within it the same request gives the same URL",
  } satisfies SettingWithDefault<number>,
  urlSigningKeys: secret({
    name: "URL_SIGNING_KEYS",
    parse: parseUrlSigningKeys,
    expected:
      "id:secret,… with unique ids of letters, digits, `-` and `_`, and secrets of at least 16 characters",
    about:
      "`id:secret,…` for this service's own signed URLs: the first signs, all verify; made at the first local start",
  }),
  apiTokens: secret({
    name: "API_TOKENS",
    parse: parseApiTokens,
    expected:
      "token or token:grant+grant, comma-separated, each token once, of at least 16 characters A-Z a-z 0-9 . _ ~ -, with the grants that the README lists",
    about:
      "`token` (everything) or `token:grant+grant`, comma-separated; made at the first local start",
  }),
  accessFile: path(
    "ACCESS_FILE",
    "a file's path",
    "YAML: who may do what, beyond `API_TOKENS`; followed while the service runs",
  ),
  auditFile: path(
    "AUDIT_FILE",
    "a file's path",
    "Where the local server writes who was given which signature; absent: standard output",
  ),
  rateLimit: {
    name: "RATE_LIMIT",
    parse: parseRate,
    expected: RATE,
    default: "off",
    about: "Requests that a caller may make: `50/s`, `600/m`, `5000/h` (429 beyond), or `off`",
  } satisfies SettingWithDefault<Rate | "off">,
  failureLimit: {
    name: "RATE_LIMIT_FAILURES",
    parse: parseRate,
    expected: RATE,
    default: "off",
    about:
      "Wrong tokens that an address may send before nothing it sends is looked at for a while (429); behind a proxy all callers share its address",
  } satisfies SettingWithDefault<Rate | "off">,
  host: {
    name: "HOST",
    parse: parseText(/^[^\s/]+$/),
    expected: "a host name or an address to listen on",
    default: "127.0.0.1",
    about: "Where the local server listens",
  } satisfies SettingWithDefault<string>,
  listenPort: {
    name: "PORT",
    parse: parsePort,
    expected: "a port from 0 to 65535",
    default: "8080",
    about: "Its port; 0 takes a free one",
  } satisfies SettingWithDefault<number>,
  logLevel: {
    name: "LOG_LEVEL",
    parse: parseOneOf(LOG_LEVELS),
    expected: LOG_LEVELS.join(", "),
    default: "info",
    about: LOG_LEVELS.map((level) => `\`${level}\``).join(", "),
  } satisfies SettingWithDefault<LogLevel>,
  corsOrigins: {
    name: "CORS_ORIGINS",
    parse: parseCorsOrigins,
    expected: "origins such as https://app.example.com, comma-separated, or *",
    about: "Origins whose pages may call this service, comma-separated, or `*`; absent: none",
  } satisfies Setting<readonly string[]>,
  linkFetchAllow: {
    name: "LINK_FETCH_ALLOW",
    parse: parseHostList,
    expected: HOST_LIST,
    about:
      "Hosts and networks from which public links may be checked and fetched although their addresses are not public",
  } satisfies Setting<HostList>,
  linkFetchDeny: {
    name: "LINK_FETCH_DENY",
    parse: parseHostList,
    expected: HOST_LIST,
    about: "Hosts and networks from which they may not; `*`: only from those in `LINK_FETCH_ALLOW`",
  } satisfies Setting<HostList>,
  previewsSize: size("CACHE_PREVIEWS_SIZE", "1g", "Previews cache: size"),
  previewsExpires: duration(
    "CACHE_PREVIEWS_EXPIRES",
    "12h",
    "Previews cache: unused entries go after this time",
  ),
  storageSize: size("CACHE_STORAGE_SIZE", "10g", "Storage cache (original bytes): size"),
  storageExpires: duration(
    "CACHE_STORAGE_EXPIRES",
    "7d",
    "Storage cache: unused entries go after this time",
  ),
  converterSize: size("CACHE_IMAGE_CONVERTER_SIZE", "10g", "Image-converter cache: size"),
  converterExpires: duration(
    "CACHE_IMAGE_CONVERTER_EXPIRES",
    "7d",
    "Image-converter cache: unused entries go after this time",
  ),
  revalidate: duration(
    "CACHE_REVALIDATE",
    "10m",
    "A cached original older than this is checked against the store, while the stale one is served",
  ),
  jupyterSync: boolean("STORAGE_JUPYTER_SYNC", "Notebooks are kept in the storage"),
  jupyterDownload: boolean(
    "JUPYTER_DOWNLOAD_FILES_BEFORE_START",
    "Notebooks are fetched before Jupyter starts",
  ),
};
