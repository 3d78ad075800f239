import { isDeepStrictEqual } from "node:util";
import type { Setting } from "@remote-storage/core/settings/setting.ts";
import {
  createSettingReader,
  type SettingReader,
} from "@remote-storage/core/settings/setting-reader.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { SETTINGS } from "@remote-storage/core/settings/table.ts";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import { DEPLOY } from "./deploy-table.ts";
import type { MigrationPlace } from "./migration-place.ts";
import {
  DECIDED,
  type Given,
  readService,
  refuseDecided,
  SERVICE,
  toPassed,
} from "./service-settings.ts";
import type { Tolerated } from "./tolerated.ts";

/** What stands for the decided ones while the service's settings are read. */
const FIXED = { STORAGE_PROVIDER: "minio", STORAGE_REGION: "us-east-1" };

/** S3's rule for names, less the dots that TLS cannot cover; the longest name is `<prefix>-access-logs`. */
const BUCKET_PREFIX = /^[a-z0-9][a-z0-9-]{0,50}$/;

/** A domain of one's own with its certificate. */
interface Domain {
  readonly name: string;
  readonly certificate: string;
}

/** What the migration stack copies, and how. */
export interface Migration {
  readonly from: MigrationPlace;
  readonly to: MigrationPlace;
  /** At a time. */
  readonly workers: number;
  readonly tolerated: Tolerated;
}

/** Everything that the stacks are made from. */
export interface Deployment {
  readonly name: string;
  /** Absent: `<name>-<account>-<region>`. */
  readonly bucketPrefix?: string | undefined;
  /** The service's own settings, read by its own rules. */
  readonly service: Settings;
  /** Settings that the functions get as they were given. */
  readonly passed: Readonly<Record<string, string>>;
  readonly callers: readonly string[];
  readonly pictures: boolean;
  readonly restApi: boolean;
  readonly migration?: Migration | undefined;
  readonly domain?: Domain | undefined;
  readonly webAcl?: string | undefined;
  readonly apiDomain?: Domain | undefined;
  readonly apiWebAcl?: string | undefined;
  readonly kmsKey?: string | undefined;
  readonly boundary?: string | undefined;
  readonly alarmTopic?: string | undefined;
  readonly logDays: RetentionDays;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Reads the settings of a deployment: those of the service and those of `DEPLOY`, both under the names
 * that `.env` has.
 *
 * @throws SettingsError with all mistakes at once.
 */
export function parseDeployment(given: Given): Deployment {
  const reader = createSettingReader(given, () => "");
  const options = {
    name: reader.required(DEPLOY.name),
    callers: reader.optional(DEPLOY.callers) ?? [],
    pictures: reader.required(DEPLOY.pictures),
    restApi: reader.required(DEPLOY.restApi),
    migration: readMigration(reader),
    ...readDomains(reader),
    webAcl: reader.optional(DEPLOY.webAcl),
    apiWebAcl: reader.optional(DEPLOY.apiWebAcl),
    kmsKey: reader.optional(DEPLOY.kmsKey),
    boundary: reader.optional(DEPLOY.boundary),
    alarmTopic: reader.optional(DEPLOY.alarmTopic),
    bucketPrefix: readBucketPrefix(reader),
    logDays: reader.required(DEPLOY.logDays),
    tags: reader.optional(DEPLOY.tags) ?? {},
  };
  refuseDecided(reader, DECIDED, "the stacks make the buckets, keys and tokens themselves");
  if (!["http", "minio"].includes(reader.required(SETTINGS.provider))) {
    reader.report(SETTINGS.provider, "minio or nothing: the stacks keep objects in S3");
  }
  reader.reportTypos([...Object.values<Setting<unknown>>(DEPLOY), ...SERVICE]);
  const service = readService(given, DECIDED, FIXED, reader.problems);
  return { ...options, service, passed: toPassed(given, DECIDED) };
}

function readBucketPrefix(reader: SettingReader): string | undefined {
  const prefix = reader.optional(SETTINGS.bucketPrefix);
  if (prefix !== undefined && !BUCKET_PREFIX.test(prefix)) {
    reader.report(
      SETTINGS.bucketPrefix,
      "up to 51 small letters, digits and `-`, as S3 wants names",
    );
  }
  return prefix;
}

function readMigration(reader: SettingReader): Migration | undefined {
  const [from, to] = [reader.optional(DEPLOY.migrationFrom), reader.optional(DEPLOY.migrationTo)];
  const workers = reader.required(DEPLOY.migrationWorkers);
  const tolerated = reader.required(DEPLOY.migrationTolerated);
  if (from !== undefined && to !== undefined) {
    if (isDeepStrictEqual(from, to)) {
      reader.report(DEPLOY.migrationTo, "another place than DEPLOY_MIGRATION_FROM");
    }
    return { from, to, workers, tolerated };
  }
  if (from !== undefined) reader.report(DEPLOY.migrationTo, "where to copy it");
  if (to !== undefined) reader.report(DEPLOY.migrationFrom, "what is to be copied there");
  return undefined;
}

function readDomains(reader: SettingReader): Pick<Deployment, "domain" | "apiDomain"> {
  const both = (name: Setting<string>, certificate: Setting<string>): Domain | undefined => {
    const [host, arn] = [reader.optional(name), reader.optional(certificate)];
    if (host !== undefined && arn !== undefined) return { name: host, certificate: arn };
    if (host !== undefined) reader.report(certificate, `a certificate for ${host}`);
    if (arn !== undefined) reader.report(name, "the name that the certificate is for");
    return undefined;
  };
  const apiDomain = both(DEPLOY.apiDomain, DEPLOY.apiCertificate);
  if (apiDomain !== undefined && !reader.required(DEPLOY.restApi)) {
    reader.report(DEPLOY.apiDomain, "nothing without DEPLOY_REST_API=true");
  }
  const domain = both(DEPLOY.domain, DEPLOY.certificate);
  if (domain !== undefined && !reader.required(DEPLOY.pictures)) {
    reader.report(DEPLOY.domain, "nothing with DEPLOY_PICTURES=false");
  }
  return { domain, apiDomain };
}
