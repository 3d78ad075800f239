import type { Setting } from "@remote-storage/core/settings/setting.ts";
import { createSettingReader } from "@remote-storage/core/settings/setting-reader.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { SETTINGS } from "@remote-storage/core/settings/table.ts";
import {
  DECIDED,
  type Given,
  readService,
  refuseDecided,
  SERVICE,
  toPassed,
} from "../service-settings.ts";
import { AZURE } from "./deploy-table.ts";

/** Roles are of AWS. */
const REFUSED: readonly Setting<unknown>[] = [...DECIDED, SETTINGS.role];

/** Azure's rule for names of containers; the longest is `<prefix>-private`, of 63 characters. */
const CONTAINER_PREFIX = /^(?=.{1,55}$)[a-z0-9](-?[a-z0-9])*$/;

/** Everything that the template is made from. */
export interface AzureDeployment {
  readonly name: string;
  readonly bucketPrefix: string;
  /** The service's own settings, read by its own rules. */
  readonly service: Settings;
  /** Settings that the functions get as they were given. */
  readonly passed: Readonly<Record<string, string>>;
  readonly node: string;
  /** MiB. */
  readonly memory: number;
  readonly instances: number;
  readonly redundancy: string;
  readonly restoreDays: number;
  readonly logDays: number;
  /** Resource group by account. */
  readonly linkedGroups: ReadonlyMap<string, string>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Reads the settings of a deployment to Azure, under the names that `.env` has.
 *
 * @throws SettingsError with all mistakes at once.
 */
export function parseAzureDeployment(given: Given): AzureDeployment {
  const reader = createSettingReader(given, () => "");
  const bucketPrefix = reader.required(SETTINGS.bucketPrefix);
  if (!CONTAINER_PREFIX.test(bucketPrefix)) {
    reader.report(
      SETTINGS.bucketPrefix,
      "up to 55 small letters and digits with single `-` between them, as Azure wants names",
    );
  }
  const options = {
    name: reader.required(AZURE.name),
    bucketPrefix,
    node: reader.required(AZURE.node),
    memory: Number(reader.required(AZURE.memory)),
    instances: reader.required(AZURE.instances),
    redundancy: reader.required(AZURE.redundancy),
    restoreDays: reader.required(AZURE.restoreDays),
    logDays: reader.required(AZURE.logDays),
    linkedGroups: reader.optional(AZURE.linkedGroups) ?? new Map<string, string>(),
    tags: reader.optional(AZURE.tags) ?? {},
  };
  refuseDecided(reader, REFUSED, "the template makes accounts, and the vault holds keys");
  if (!["http", "azure"].includes(reader.required(SETTINGS.provider))) {
    reader.report(SETTINGS.provider, "azure or nothing: this template keeps objects in Azure Blob");
  }
  reader.reportTypos([...Object.values<Setting<unknown>>(AZURE), ...SERVICE]);
  const fixed = { STORAGE_PROVIDER: "azure", STORAGE_ACCESS_KEY: "account" };
  const service = readService(given, REFUSED, fixed, reader.problems);
  return { ...options, service, passed: toPassed(given, REFUSED) };
}
