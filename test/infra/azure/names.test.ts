import { assert, constantFrom, property, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { deploy } from "./deploy.ts";
import { typeMistakes } from "./type-check.ts";
import { writeTemplate } from "./written.ts";

/**
 * What Azure takes as names, where its type data does not say it.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
const RULES: Readonly<Record<string, RegExp>> = {
  "Microsoft.Storage/storageAccounts": /^[a-z0-9]{3,24}$/,
  "Microsoft.Storage/storageAccounts/blobServices/containers":
    /^[^/]+\/default\/(?=.{3,63}$)[a-z0-9](-?[a-z0-9])*$/,
  "Microsoft.KeyVault/vaults": /^(?=.{3,24}$)[a-zA-Z](-?[a-zA-Z0-9])*$/,
  "Microsoft.Web/sites": /^(?=.{2,60}$)[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]$/,
  "Microsoft.Web/serverfarms": /^[a-zA-Z0-9-]{1,60}$/,
  "Microsoft.ManagedIdentity/userAssignedIdentities": /^[a-zA-Z0-9][\w-]{2,127}$/,
  "Microsoft.OperationalInsights/workspaces": /^(?=.{4,63}$)[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]$/,
  "Microsoft.Insights/components": /^[^/]{1,255}$/,
};

const resourcesOf = (settings: Readonly<Record<string, string>>) =>
  deploy(writeTemplate({ settings })).resources;

const problems = (settings: Readonly<Record<string, string>>): readonly string[] =>
  resourcesOf(settings).flatMap(({ type, name, body }) => {
    const mistakes = typeMistakes(body);
    return RULES[type]?.test(name) === false ? mistakes.concat(`${type} ${name}`) : mistakes;
  });

const word = (most: number, characters: string) =>
  string({ unit: constantFrom(...characters.split("")), maxLength: most });

/** Letters first, then all that DEPLOY_NAME takes, `--` and `-` at the end among it. */
const name = tuple(constantFrom("a", "z"), word(29, "ab09--")).map(([first, rest]) => first + rest);

const prefix = word(55, "ab09-").filter((text) => /^[a-z0-9](-?[a-z0-9])*$/.test(text));

describe("names", () => {
  test.each([
    {},
    { DEPLOY_NAME: "a" },
    { DEPLOY_NAME: "a-----------------------------" },
    { DEPLOY_NAME: "z".repeat(30), STORAGE_BUCKET_PREFIX: "0".repeat(55) },
  ])("are legal for %o", (settings) => {
    expect(problems(settings)).toEqual([]);
  });

  test("are legal whatever the deployment and the containers are called", () => {
    assert(
      property(name, prefix, (deployName, bucketPrefix) => {
        expect(problems({ DEPLOY_NAME: deployName, STORAGE_BUCKET_PREFIX: bucketPrefix })).toEqual(
          [],
        );
      }),
      { numRuns: 50 },
    );
  });

  test("differ between what shares a type", () => {
    const names = resourcesOf({ DEPLOY_NAME: "a" }).map(({ id }) => id.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  test("of the two accounts cannot be mistaken for each other", () => {
    const accounts = resourcesOf({}).filter(
      ({ type }) => type === "Microsoft.Storage/storageAccounts",
    );
    expect(accounts.map((account) => account.name.slice(0, 11))).toEqual([
      "remotesdata",
      "remoteshost",
    ]);
  });
});
