import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import type { Setting } from "@remote-storage/core/settings/setting.ts";
import type { SettingReader } from "@remote-storage/core/settings/setting-reader.ts";
import {
  SettingsError,
  type SettingsProblem,
} from "@remote-storage/core/settings/settings-error.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { SETTINGS } from "@remote-storage/core/settings/table.ts";

export type Given = Readonly<Record<string, string | undefined>>;

/** What a deployment makes itself; a value given for one of these would be ignored in silence. */
export const DECIDED: readonly Setting<unknown>[] = [
  SETTINGS.endpoint,
  SETTINGS.port,
  SETTINGS.accessKey,
  SETTINGS.secretKey,
  SETTINGS.region,
  SETTINGS.publicEndpoint,
  SETTINGS.urlSigningKeys,
  SETTINGS.apiTokens,
];

/** Settings whose values the functions get in another way than as they were given. */
const TRANSLATED: readonly Setting<unknown>[] = [
  SETTINGS.provider,
  SETTINGS.bucketPrefix,
  SETTINGS.publicUrl,
  SETTINGS.remoteLinksFile,
  SETTINGS.accessFile,
];

/** Settings that mean something on one machine alone, and names that other programs use too. */
const LOCAL: readonly Setting<unknown>[] = [
  SETTINGS.dataPath,
  SETTINGS.auditFile,
  SETTINGS.host,
  SETTINGS.listenPort,
  SETTINGS.jupyterSync,
  SETTINGS.jupyterDownload,
];

/** Notes each of the `decided` settings that is given, with the reason. */
export function refuseDecided(
  reader: SettingReader,
  decided: readonly Setting<unknown>[],
  why: string,
): void {
  for (const setting of decided) {
    if (reader.optional(setting) !== undefined) reader.report(setting, `nothing: ${why}`);
  }
}

export const SERVICE: readonly Setting<unknown>[] = Object.values<Setting<unknown>>(SETTINGS);

/**
 * The service's settings as functions will read them: those `given` but for the `decided` ones, over which
 * `fixed` goes.
 *
 * @throws SettingsError with the mistakes here and the `problems` found before, each setting once.
 */
export function readService(
  given: Given,
  decided: readonly Setting<unknown>[],
  fixed: Readonly<Record<string, string>>,
  problems: readonly SettingsProblem[],
): Settings {
  const hidden = new Set([...decided, ...LOCAL].map(({ name }) => name));
  const known = Object.entries(given).filter(([name]) => !hidden.has(name.replace(/_FILE$/, "")));
  try {
    const service = parseSettings({ ...Object.fromEntries(known), ...fixed }, () => "");
    if (problems.length > 0) throw new SettingsError([]);
    return service;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const names = new Set(problems.map(({ name }) => name));
    throw new SettingsError([
      ...problems,
      ...error.problems.filter(({ name }) => !names.has(name)),
    ]);
  }
}

/** The settings that functions get as they were given: no secret, none of `decided`, nothing local. */
export function toPassed(
  given: Given,
  decided: readonly Setting<unknown>[],
): Readonly<Record<string, string>> {
  const kept = new Set([...decided, ...TRANSLATED, ...LOCAL].map(({ name }) => name));
  return Object.fromEntries(
    SERVICE.flatMap(({ name, secret }) => {
      const value = given[name]?.trim();
      return value === undefined || value === "" || secret || kept.has(name) ? [] : [[name, value]];
    }),
  );
}
