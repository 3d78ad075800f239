import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readBytes } from "../../providers/conformance/stage.ts";
import { OWN, openStage, type Stage } from "../migrate-worker/stage.ts";
import { startMinio } from "../minio.ts";
import { type Migration, openMigration } from "./migration.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(await startMinio());
});
afterAll(() => stage?.close());

describe.each([
  ["S3 to S3", "own"],
  ["S3 to Azure", "blobs"],
] as const)("the state machine of a migration from %s", (_, to) => {
  let migration: Migration;
  beforeAll(async () => {
    migration = await openMigration(stage, to);
  });
  afterAll(() => migration?.close());

  test("copies every batch, and leaves its report below the manifest's name", async () => {
    const { put, copied, lambda, run, report, describeMapRun } = migration;
    const batches = [[await put("a"), await put("b")], [await put("c")]];
    lambda.refusals = 1;
    const { status, output } = await run("whole", batches);
    expect(status).toBe("SUCCEEDED");
    for (const key of ["a", "b", "c"]) expect(await copied(key)).toBe(key);
    expect(lambda.refusals).toBe(0);
    expect(report(2)).toEqual({ a: "copied", b: "copied", c: "copied" });

    const { MapRunArn, ResultWriterDetails, counts } = JSON.parse(output ?? "") as Output;
    expect(counts).toEqual({ succeeded: 2, total: 2 });
    const { Bucket, Key } = ResultWriterDetails;
    expect(Bucket).toBe(OWN);
    expect(Key).toMatch(/^migrations\/whole\/[^/]+\/manifest\.json$/);
    const manifest = Buffer.from(await readBytes(stage.buckets.own, parseKey(Key))).toString();
    expect(JSON.parse(manifest)).toMatchObject({ DestinationBucket: Bucket, MapRunArn });
    const mapRun = await describeMapRun(MapRunArn);
    expect(mapRun).toMatchObject({ status: "SUCCEEDED", maxConcurrency: 20 });
  });

  test("copies what it can, then fails; and started again copies what was missing", async () => {
    const { put, remove, copied, run, report } = migration;
    const gone = await put("gone");
    await remove("gone");
    const batches = [[gone, await put("d")], [await put("e")]];
    expect(await run("some", batches)).toMatchObject({
      status: "FAILED",
      error: "SomeFailed",
      // moto counts batches where Step Functions counts their items.
      cause: "1 of 2 objects lie in batches that succeeded; the report names the others",
    });
    for (const key of ["d", "e"]) expect(await copied(key)).toBe(key);

    await put("gone");
    expect(await run("some", batches)).toMatchObject({ status: "SUCCEEDED" });
    expect(report(2)).toEqual({ gone: "copied", d: "equal", e: "equal" });
    expect(await copied("gone")).toBe("gone");
  });
});

/** What the execution ends with. */
interface Output {
  readonly MapRunArn: string;
  readonly ResultWriterDetails: { readonly Bucket: string; readonly Key: string };
  readonly counts: object;
}
