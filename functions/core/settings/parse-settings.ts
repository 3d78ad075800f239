import { toAzureConfig } from "./azure-connection.ts";
import { type Connection, readKeys, type Report } from "./connection.ts";
import { toGoogleConfig } from "./google-connection.ts";
import { toS3Config } from "./s3-connection.ts";
import type { ProviderKind } from "../storage/provider.ts";
import { parseEndpoint } from "./endpoint.ts";
import { NO_HOSTS } from "./host-list.ts";
import type { Setting } from "./setting.ts";
import { createSettingReader, type SettingReader } from "./setting-reader.ts";
import { SettingsError } from "./settings-error.ts";
import type { DiskSettings, Settings } from "./settings.ts";
import { SETTINGS } from "./table.ts";

/** Which setting a part of a {@link Connection} comes from; the other parts come from none. */
const SOURCE: Readonly<Partial<Record<keyof Connection, Setting<string>>>> = {
  endpoint: SETTINGS.endpoint,
  port: SETTINGS.port,
  publicEndpoint: SETTINGS.publicEndpoint,
  accessKey: SETTINGS.accessKey,
  secretKey: SETTINGS.secretKey,
  role: SETTINGS.role,
  region: SETTINGS.region,
};

const READERS: Readonly<
  Record<ProviderKind, (from: Connection, report: Report) => Settings["storage"] | undefined>
> = { http: readDisk, minio: toS3Config, azure: toAzureConfig, google: toGoogleConfig };

/**
 * Reads every setting out of `env`, and secrets given as `<name>_FILE` through `readFile` (which throws
 * when it cannot). An empty value counts as absent. The result is frozen.
 *
 * @throws SettingsError with all mistakes at once.
 */
export function parseSettings(
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): Settings {
  const reader = createSettingReader(env, readFile);
  const storage = readStorage(reader);
  const rest = {
    ...readPlaces(reader),
    ...readAccess(reader),
    signing: readSigning(reader),
    linkFetch: {
      allow: reader.optional(SETTINGS.linkFetchAllow) ?? NO_HOSTS,
      deny: reader.optional(SETTINGS.linkFetchDeny) ?? NO_HOSTS,
    },
    caches: readCaches(reader),
    jupyter: {
      sync: reader.required(SETTINGS.jupyterSync),
      downloadBeforeStart: reader.required(SETTINGS.jupyterDownload),
    },
  };
  reader.reportTypos(Object.values<Setting<unknown>>(SETTINGS));
  if (storage === undefined || reader.problems.length > 0) throw new SettingsError(reader.problems);
  return freeze({ storage, ...rest });
}

function readStorage(reader: SettingReader): Settings["storage"] | undefined {
  const kind = reader.required(SETTINGS.provider);
  const misread = reader.problems.length > 0;
  const connection: Connection = {
    endpoint: reader.optional(SETTINGS.endpoint),
    port: reader.optional(SETTINGS.port),
    publicEndpoint: reader.optional(SETTINGS.publicEndpoint),
    accessKey: reader.optional(SETTINGS.accessKey),
    secretKey: reader.optional(SETTINGS.secretKey),
    role: reader.optional(SETTINGS.role),
    region: reader.optional(SETTINGS.region),
    places: Object.values(bucketNames(reader)).map((bucket) => ({ bucket, prefix: "" })),
  };
  const report = (field: keyof Connection, expected: string): void => {
    const setting = SOURCE[field];
    if (setting !== undefined) reader.report(setting, expected);
  };
  return misread ? undefined : READERS[kind](connection, report);
}

function readDisk(from: Connection, report: Report): DiskSettings {
  for (const field of ["endpoint", "port", "role"] as const) {
    if (from[field] !== undefined) {
      report(field, "nothing, since STORAGE_PROVIDER is http; minio, azure and google use it");
    }
  }
  const keys = readKeys(from, report);
  const parsed = from.publicEndpoint === undefined ? undefined : parseEndpoint(from.publicEndpoint);
  if (parsed !== undefined && (!("endpoint" in parsed) || parsed.path !== "")) {
    report("publicEndpoint", "problem" in parsed ? parsed.problem : "an endpoint without a path");
  }
  return {
    kind: "http",
    ...(keys && { keys }),
    region: from.region ?? "us-east-1",
    ...(parsed && "endpoint" in parsed && { publicOrigin: parsed.endpoint.origin }),
  };
}

function bucketNames(reader: SettingReader): Settings["buckets"] {
  const prefix = reader.required(SETTINGS.bucketPrefix);
  return { public: `${prefix}-public`, private: `${prefix}-private` };
}

function readPlaces(reader: SettingReader) {
  const publicUrl = reader.optional(SETTINGS.publicUrl);
  const remoteLinksFile = reader.optional(SETTINGS.remoteLinksFile);
  return {
    buckets: bucketNames(reader),
    dataPath: reader.required(SETTINGS.dataPath),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(remoteLinksFile !== undefined && { remoteLinksFile }),
    host: reader.required(SETTINGS.host),
    port: reader.required(SETTINGS.listenPort),
    logLevel: reader.required(SETTINGS.logLevel),
  };
}

function readAccess(reader: SettingReader) {
  const urlSigningKeys = reader.optional(SETTINGS.urlSigningKeys);
  const apiTokens = reader.optional(SETTINGS.apiTokens);
  const accessFile = reader.optional(SETTINGS.accessFile);
  const auditFile = reader.optional(SETTINGS.auditFile);
  const requests = reader.required(SETTINGS.rateLimit);
  const failures = reader.required(SETTINGS.failureLimit);
  return {
    ...(urlSigningKeys && { urlSigningKeys }),
    ...(apiTokens && { apiTokens }),
    ...(accessFile !== undefined && { accessFile }),
    ...(auditFile !== undefined && { auditFile }),
    limits: {
      ...(requests !== "off" && { requests }),
      ...(failures !== "off" && { failures }),
    },
    corsOrigins: reader.optional(SETTINGS.corsOrigins) ?? [],
  };
}

function readSigning(reader: SettingReader): Settings["signing"] {
  const defaultExpires = reader.required(SETTINGS.signedExpires);
  const maxExpires = reader.required(SETTINGS.signedMaxExpires);
  const window = reader.required(SETTINGS.signedWindow);
  if (defaultExpires > maxExpires) {
    reader.report(SETTINGS.signedExpires, "at most SIGNED_URL_MAX_EXPIRES");
  }
  if (window > maxExpires) {
    reader.report(SETTINGS.signedWindow, "at most SIGNED_URL_MAX_EXPIRES");
  }
  return { defaultExpires, maxExpires, window };
}

function readCaches(reader: SettingReader): Settings["caches"] {
  return {
    previews: {
      size: reader.required(SETTINGS.previewsSize),
      expires: reader.required(SETTINGS.previewsExpires),
    },
    storage: {
      size: reader.required(SETTINGS.storageSize),
      expires: reader.required(SETTINGS.storageExpires),
    },
    imageConverter: {
      size: reader.required(SETTINGS.converterSize),
      expires: reader.required(SETTINGS.converterExpires),
    },
    revalidate: reader.required(SETTINGS.revalidate),
  };
}

/** Freezes the object and all that it holds. */
function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === "object" && part !== null) freeze(part);
  }
  return Object.freeze(value);
}
