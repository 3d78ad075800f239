import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeSettings } from "@remote-storage/core/settings/describe-settings.ts";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** Without the padding that the formatter gives to tables. */
const rows = (table: string) =>
  table
    .trim()
    .split("\n")
    .map((row) => row.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---"));

test("README lists the settings that there are", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, table = ""] = /<!-- settings:.*?-->\n([^]*?)<!-- \/settings -->/.exec(readme) ?? [];
  expect(rows(table)).toEqual(rows(describeSettings()));
});
