import { describe, expect, test } from "vitest";
import {
  describeSettings,
  SECRET_NAMES,
} from "../../../functions/core/settings/describe-settings.ts";

describe("the table of settings", () => {
  test("has a row for each of the original's settings, with its default", () => {
    const rows = describeSettings().split("\n");
    for (const [name, standard] of [
      ["STORAGE_PROVIDER", "`http`"],
      ["STORAGE_ENDPOINT", ""],
      ["STORAGE_PORT", ""],
      ["STORAGE_ACCESS_KEY", ""],
      ["STORAGE_SECRET_KEY", ""],
      ["STORAGE_IAM_ROLE", ""],
      ["STORAGE_JUPYTER_SYNC", "`false`"],
      ["JUPYTER_DOWNLOAD_FILES_BEFORE_START", "`false`"],
      ["CACHE_PREVIEWS_SIZE", "`1g`"],
      ["CACHE_PREVIEWS_EXPIRES", "`12h`"],
      ["CACHE_STORAGE_SIZE", "`10g`"],
      ["CACHE_STORAGE_EXPIRES", "`7d`"],
      ["CACHE_IMAGE_CONVERTER_SIZE", "`10g`"],
      ["CACHE_IMAGE_CONVERTER_EXPIRES", "`7d`"],
    ]) {
      expect(rows.filter((row) => row.startsWith(`| \`${name}\` | ${standard} | `))).toHaveLength(
        1,
      );
    }
  });

  test("is a markdown table of three columns", () => {
    for (const row of describeSettings().split("\n")) {
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
    }
  });

  test("the secrets", () => {
    expect(SECRET_NAMES).toEqual([
      "STORAGE_ACCESS_KEY",
      "STORAGE_SECRET_KEY",
      "URL_SIGNING_KEYS",
      "API_TOKENS",
    ]);
  });
});
