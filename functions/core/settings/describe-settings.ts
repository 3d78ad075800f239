import type { Setting } from "./setting.ts";
import { SETTINGS } from "./table.ts";

const all: readonly Setting<unknown>[] = Object.values<Setting<unknown>>(SETTINGS);

/** Names whose values are never shown; each may be given as `<name>_FILE`. */
export const SECRET_NAMES: readonly string[] = all
  .filter(({ secret }) => secret)
  .map(({ name }) => name);

/** The README's table of settings, in markdown, without a trailing newline. */
export function describeSettings(): string {
  const rows = all.map((setting) => {
    const standard = setting.default === undefined ? "" : `\`${setting.default}\``;
    return `| \`${setting.name}\` | ${standard} | ${setting.about.replaceAll("|", "\\|")} |`;
  });
  return ["| Setting | Default | What it says |", "| --- | --- | --- |", ...rows].join("\n");
}
