import type { AzureConfig } from "@remote-storage/core/storage/provider-config.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCors } from "../../functions/providers/azure/cors.ts";
import { openAzure } from "../../functions/providers/azure/provider.ts";
import { wantedRule, withRule } from "../../functions/doctor/cors-rules.ts";
import { type Azurite, startAzurite } from "../support/azurite.ts";
import { context, examined, fineChecks, troubles } from "./examined.ts";

const CONTAINER = "doctor";
const APP = "https://app.example.com";

describe("broken set-ups on Azurite", () => {
  let azurite: Azurite;
  let config: AzureConfig;

  beforeAll(async () => {
    azurite = await startAzurite({ https: true });
    await azurite.createContainer(CONTAINER);
    const { endpoint, basePath, account, keys } = azurite;
    config = { kind: "azure", endpoint, basePath, account, credentials: keys };
  });
  afterAll(() => azurite?.close());

  test("nothing is broken", async () => {
    const examination = await examined(config, CONTAINER);
    expect(troubles(examination)).toEqual([]);
    const rights = ["list", "read", "write", "uploads", "remove"];
    expect(fineChecks(examination)).toEqual(["address", "api", "clock", "signed host", ...rights]);
  });

  test("an identity signs with a user delegation key", async () => {
    const identity: AzureConfig = { ...config, credentials: { type: "ambient" } };
    const provider = openAzure(identity, context, azurite.credential);
    expect(troubles(await examined(identity, CONTAINER, { subject: { provider } }))).toEqual([]);
  });

  test("an identity whose token has expired", async () => {
    const identity: AzureConfig = { ...config, credentials: { type: "ambient" } };
    const stale = { getToken: () => Promise.resolve({ token: "a.b.c", expiresOnTimestamp: 1 }) };
    const provider = openAzure(identity, context, stale);
    const [trouble = ""] = troubles(await examined(identity, CONTAINER, { subject: { provider } }));
    expect(trouble).toMatch(/^credentials: .*(token|identity)/);
  });

  test("no container", async () => {
    expect(troubles(await examined(config, "missing"))).toEqual(["bucket: does not exist"]);
  });

  test("a wrong account key", async () => {
    const secretKey = Buffer.alloc(64, 7).toString("base64");
    const wrong: AzureConfig = { ...config, credentials: { ...azurite.keys, secretKey } };
    const [trouble = ""] = troubles(await examined(wrong, CONTAINER));
    expect(trouble).toMatch(/^credentials: the storage account does not accept/);
  });

  test("another kind of store at the endpoint", async () => {
    const { endpoint } = azurite;
    const credentials = { type: "keys", accessKey: "a", secretKey: "b" } as const;
    const s3 = { kind: "minio", endpoint, region: "us-east-1", credentials } as const;
    expect(troubles(await examined(s3, CONTAINER))).toEqual([
      `api: ${endpoint.origin} speaks Azure Blob Storage, not S3`,
    ]);
  });

  test("no CORS; adding the rule mends it and keeps the others", async () => {
    const corsOrigins = [APP];
    expect(troubles(await examined(config, CONTAINER, { world: { corsOrigins } }))).toEqual([
      `cors: the store refuses browsers: GET from ${APP}, PUT from ${APP}`,
    ]);
    const rules = openCors(config);
    const foreign = {
      origins: ["https://other.example"],
      methods: ["GET"],
      headers: ["x-own"],
      exposed: ["x-own"],
      maxAge: 60,
    };
    await rules.write([foreign]);
    const wanted = wantedRule({ own: true, config }, corsOrigins);
    await rules.write(withRule(await rules.read(), wanted));
    expect(await rules.read()).toEqual([foreign, wanted]);
    const after = await examined(config, CONTAINER, { world: { corsOrigins } });
    expect(troubles(after)).toEqual([]);
    expect(fineChecks(after)).toContain("cors");
  });
});
