import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Runtime, startRuntime } from "../../support/lambda/runtime.ts";
import { OWN, openStage, type Stage } from "../migrate-worker/stage.ts";
import { toItem } from "../migrate-worker/worker.ts";
import { startMinio } from "../minio.ts";
import { synthesizeMigration } from "./definition.ts";
import { type Ministack, startMinistack } from "./ministack.ts";
import { splitDefinition } from "./split-definition.ts";

const SIDES = { DEPLOY_MIGRATION_FROM: "cars://cars/from/", DEPLOY_MIGRATION_TO: "private/to/" };

let stage: Stage;
let worker: Runtime;
let ministack: Ministack;
beforeAll(async () => {
  stage = await openStage(await startMinio());
  const { env } = synthesize("5%");
  worker = await startRuntime(stage.code, "main.handler", { ...env, ...stage.env });
  ministack = await startMinistack((event) => worker.invoke(event));
});
afterAll(async () => {
  await ministack?.stop();
  await worker?.stop();
  await stage?.close();
});

const synthesize = (tolerated: string) =>
  synthesizeMigration(stage.remoteLinks, {
    ...SIDES,
    STORAGE_BUCKET_PREFIX: "vision",
    DEPLOY_MIGRATION_TOLERATED: tolerated,
  });

/** A manifest of batches with one object each, of which these are missing. */
async function putManifest(name: string, objects: number, missing: number): Promise<void> {
  const { cars } = stage.buckets;
  const batches: string[] = [];
  for (let index = 0; index < objects; index += 1) {
    const key = `${name}-${index}`;
    await cars.write(parseKey(`from/${key}`), Buffer.from(key));
    batches.push(JSON.stringify({ Items: [await toItem(cars, "from/", key)] }));
    if (index < missing) await cars.remove(parseKey(`from/${key}`));
  }
  await ministack.put(OWN, `migrations/${name}.ndjson`, `${batches.join("\n")}\n`);
}

const copied = async (name: string): Promise<number> =>
  (await stage.buckets.own.list({ prefix: `to/${name}-`, limit: 100 })).objects.length;

describe("failures of batches", () => {
  test.each([
    ["none", "5%", 0, "SUCCEEDED", undefined],
    [
      "quarter",
      "25%",
      1,
      "FAILED",
      "3 of 4 objects lie in batches that succeeded; the report names the others",
    ],
    [
      "one",
      "1",
      1,
      "FAILED",
      "3 of 4 objects lie in batches that succeeded; the report names the others",
    ],
  ])(
    "that are tolerated are told at the end: %s, %s",
    async (name, tolerated, missing, status, cause) => {
      const { map, rest } = splitDefinition(synthesize(tolerated).definition);
      await putManifest(name, 4, missing);
      const copying = await ministack.run(map, { manifest: name });
      expect(copying).toMatchObject({ status: "SUCCEEDED" });
      expect(await copied(name)).toBe(4 - missing);
      const [MapRunArn] = await ministack.listMapRuns(copying.executionArn);
      const told = await ministack.run(rest, { MapRunArn });
      expect(told).toMatchObject({ status, ...(cause && { error: "SomeFailed", cause }) });
    },
  );

  test.each([
    ["two-quarters", "25%", 2],
    ["two", "1", 2],
  ])("beyond what is tolerated end the run: %s, %s", async (name, tolerated, missing) => {
    const { map } = splitDefinition(synthesize(tolerated).definition);
    await putManifest(name, 4, missing);
    expect(await ministack.run(map, { manifest: name })).toMatchObject({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
    });
  });
});
