import {
  SettingsError,
  type SettingsProblem,
} from "@remote-storage/core/settings/settings-error.ts";
import { BOOLEAN, parseBoolean } from "@remote-storage/core/settings/values.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What a Function App has for settings beside those of every host. */
export interface HostSettings {
  /** App Service authentication is on, so that `x-ms-client-principal` is the platform's word. */
  readonly easyAuth: boolean;
  /** The text of remote_links.yml. */
  readonly remoteLinks?: string;
  /** The text of an access file, in place of `ACCESS_FILE`. */
  readonly access?: string;
}

/**
 * Reads `EASY_AUTH`, `REMOTE_LINKS` and `ACCESS`. Secrets are references to Key Vault, which the platform
 * replaces by what they name, or leaves as they are when it cannot.
 *
 * @throws SettingsError with every mistake.
 * @see https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
 */
export function readHostSettings(env: Environment): HostSettings {
  const problems: SettingsProblem[] = Object.entries(env)
    .filter(([, value = ""]) => value.startsWith("@Microsoft.KeyVault("))
    .map(([name]) => ({
      name,
      value: "an unresolved reference to Key Vault",
      expected:
        "what it names: the identity needs Key Vault Secrets User, and the vault's network must let it in",
    }));
  const easyAuth = parseBoolean(env["EASY_AUTH"] || "false");
  if (easyAuth === undefined) problems.push({ name: "EASY_AUTH", expected: BOOLEAN });
  const { REMOTE_LINKS: remoteLinks, ACCESS: access } = env;
  if (access && env["ACCESS_FILE"]) {
    problems.push({ name: "ACCESS", value: "(hidden)", expected: "either ACCESS or ACCESS_FILE" });
  }
  if (easyAuth === undefined || problems.length > 0) throw new SettingsError(problems);
  return { easyAuth, ...(remoteLinks && { remoteLinks }), ...(access && { access }) };
}
