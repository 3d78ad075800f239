import { nearest } from "./nearest.ts";
import type { Setting, SettingWithDefault } from "./setting.ts";
import type { SettingsProblem } from "./settings-error.ts";

/** Only names of ours begin so; the rest of the environment is not judged. */
const PREFIXES = ["STORAGE_", "CACHE_", "SIGNED_URL_", "JUPYTER_", "REMOTE_LINKS_", "DEPLOY_"];

const HIDDEN = "(hidden)";
const MAX_SHOWN = 100;

/** The texts of the settings, with the mistakes found so far. */
export interface SettingReader {
  readonly problems: readonly SettingsProblem[];
  /** The value; a wrong one is reported and read as absent. */
  optional<T>(setting: Setting<T>): T | undefined;
  /** The value or its default. */
  required<T>(setting: SettingWithDefault<T>): T;
  /** Notes a mistake that shows only together with other settings, unless the setting has one already. */
  report(setting: Setting<unknown>, expected: string): void;
  /** Reports names that are near to one of `settings` but none of them. */
  reportTypos(settings: readonly Setting<unknown>[]): void;
}

export function createSettingReader(
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): SettingReader {
  const problems: SettingsProblem[] = [];

  const given = (name: string): string | undefined => env[name]?.trim() || undefined;

  const report = (setting: Setting<unknown>, expected: string): void => {
    const { name } = setting;
    if (problems.some((problem) => problem.name === name || problem.name === `${name}_FILE`))
      return;
    const value = given(name) ?? (setting.secret ? given(`${name}_FILE`) : undefined);
    if (value === undefined) problems.push({ name, expected });
    else problems.push({ name, value: setting.secret ? HIDDEN : show(value), expected });
  };

  const textOf = (setting: Setting<unknown>): string | undefined => {
    const { name } = setting;
    const text = given(name);
    const path = setting.secret ? given(`${name}_FILE`) : undefined;
    if (path === undefined) return text;
    if (text !== undefined) {
      report(setting, `either ${name} or ${name}_FILE, not both`);
      return text;
    }
    try {
      const content = readFile(path).trim();
      if (content !== "") return content;
      problems.push({
        name: `${name}_FILE`,
        value: show(path),
        expected: "a file that is not empty",
      });
    } catch {
      problems.push({
        name: `${name}_FILE`,
        value: show(path),
        expected: "a file that can be read",
      });
    }
    return undefined;
  };

  const optional = <T>(setting: Setting<T>): T | undefined => {
    const text = textOf(setting);
    if (text === undefined) return undefined;
    // A secret may hold any character, so only the whole of it can be a placeholder.
    if ((setting.secret ? /^<[^<>]+>$/ : /<[^<>]+>/).test(text)) {
      report(setting, "a real value in place of the example's <placeholder>");
      return undefined;
    }
    const value = setting.parse(text);
    if (value === undefined) report(setting, setting.expected);
    return value;
  };

  return {
    problems,
    report,
    optional,
    required: (setting) => {
      const value = optional(setting) ?? setting.parse(setting.default);
      if (value === undefined) throw new TypeError(`${setting.name} has an impossible default`);
      return value;
    },
    reportTypos: (settings) => {
      const known = new Set(
        settings.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name])),
      );
      for (const name of Object.keys(env)) {
        const prefix = PREFIXES.find((start) => name.startsWith(start));
        if (prefix === undefined || known.has(name) || given(name) === undefined) continue;
        const rests = Array.from(known).filter((other) => other.startsWith(prefix));
        const rest = nearest(
          name.slice(prefix.length),
          rests.map((other) => other.slice(prefix.length)),
        );
        if (rest === undefined) continue;
        // The name is misspelt, so nobody knows whether its value is a secret.
        problems.push({
          name,
          value: HIDDEN,
          expected: `a known name; did you mean ${prefix}${rest}?`,
        });
      }
    },
  };
}

/** As one line, without what stands before an `@` or in a query: either may be a password or a signature. */
function show(value: string): string {
  const safe = value.replace(/\?.*/s, `?${HIDDEN}`).replace(/(^|\/\/).*@/s, `$1${HIDDEN}@`);
  return JSON.stringify(safe.length > MAX_SHOWN ? `${safe.slice(0, MAX_SHOWN)}…` : safe);
}
