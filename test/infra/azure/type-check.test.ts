import { describe, expect, test } from "vitest";
import { AZURE } from "../../../infra/azure/deploy-table.ts";
import { typeMistakes } from "./type-check.ts";
import { deployed, deployedByOwner, SOURCES } from "./written.ts";

const { resources } = deployed();

/** The first resource of a type, with something in its properties changed. */
const spoilt = (type: string, spoil: Readonly<Record<string, unknown>>) => {
  const body = resources.find((resource) => resource.type === type)?.body ?? {};
  return { ...body, properties: { ...(body["properties"] as object), ...spoil } };
};

describe("Microsoft's type data", () => {
  test.each(SOURCES)("has nothing to say about the template %s", (_, source) => {
    const all = deployed(source).resources;
    expect(all.length).toBeGreaterThan(20);
    expect(all.flatMap(({ body }) => typeMistakes(body))).toEqual([]);
  });

  test.each(AZURE.redundancy.expected.split(", "))("knows the redundancy %s", (redundancy) => {
    const settings = { DEPLOY_AZURE_REDUNDANCY: redundancy };
    expect(deployed({ settings }).resources.flatMap(({ body }) => typeMistakes(body))).toEqual([]);
  });

  test.each([[[]], [["a/", "b/"]]])(
    "has nothing to say about a linked account, prefixes %o",
    (prefixes) => {
      const place = { account: "linked", container: "cars", prefixes };
      const all = [false, true].flatMap((writing) => deployedByOwner(place, writing).resources);
      expect(all.length).toBe(4);
      expect(all.flatMap(({ body }) => typeMistakes(body))).toEqual([]);
    },
  );

  test.each([
    ["a property that there is not", { allowSharedKeys: false }, "allowSharedKeys: no such"],
    ["a value that there is not", { minimumTlsVersion: "TLS1_9" }, "minimumTlsVersion: expected"],
    ["a text for a boolean", { allowSharedKeyAccess: "false" }, "expected a boolean"],
    ["what only Azure writes", { provisioningState: "Succeeded" }, "only Azure writes it"],
    ["something deep down", { sasPolicy: { expirationAction: "Log" } }, "sasExpirationPeriod is"],
  ])("sees %s in a storage account", (_, spoil, mistake) => {
    const mistakes = typeMistakes(spoilt("Microsoft.Storage/storageAccounts", spoil));
    expect(mistakes).toEqual([expect.stringContaining(mistake)]);
  });

  test("sees what is missing, a name that does not do, and a resource that it does not know", () => {
    const vault = spoilt("Microsoft.KeyVault/vaults", { tenantId: undefined });
    expect(typeMistakes({ ...vault, name: "under_score" })).toEqual([
      expect.stringContaining("name: expected a text"),
      expect.stringContaining("tenantId is missing"),
    ]);
    expect(typeMistakes({ ...vault, apiVersion: "1999-01-01" })).toEqual([
      "Microsoft.KeyVault/vaults@1999-01-01: no type data",
    ]);
  });

  test("sees a runtime of functions that there is not, though others may come", () => {
    const app = { functionAppConfig: { runtime: { name: "nodejs", version: "24" } } };
    expect(typeMistakes(spoilt("Microsoft.Web/sites", app))).toEqual([
      expect.stringContaining("runtime.name: expected"),
    ]);
  });
});
