import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ManifestItem } from "../../../functions/migration/manifest/manifest-item.ts";
import { readBytes } from "../../providers/conformance/stage.ts";
import { errorXml } from "../../providers/s3/fault-server.ts";
import { type Fault, type FaultProxy, startFaultProxy } from "../../support/fault-proxy.ts";
import { openStage, type Stage } from "../migrate-worker/stage.ts";
import { toItem } from "../migrate-worker/worker.ts";
import { startMinio } from "../minio.ts";
import { type Deployment, deploy, QUARTER_OF_AN_HOUR } from "./deployment.ts";

/** What becomes of requests that name an object. */
interface Trouble {
  readonly name: string;
  readonly fault: Fault;
}

let stage: Stage;
let proxy: FaultProxy;
let trouble: Trouble | undefined;
beforeAll(async () => {
  const store = await startMinio();
  proxy = await startFaultProxy(store.endpoint, ({ target }) =>
    trouble !== undefined && target.includes(trouble.name) ? trouble.fault : undefined,
  );
  stage = await openStage({ ...store, endpoint: proxy.url });
});
afterAll(async () => {
  await stage?.close();
  await proxy?.close();
});

const ways = [
  ["S3 to S3", "own", "private/copies/"],
  ["S3 to Azure", "blobs", "blobs://blobs/copies/"],
] as const;

describe.each(ways)("the state machine of a migration from %s", (way, to, link) => {
  let deployment: Deployment;
  let [source, target]: Bucket[] = [];
  beforeAll(async () => {
    [source, target] = [stage.buckets.cars, stage.buckets[to]];
    deployment = await deploy(stage, {
      DEPLOY_MIGRATION_FROM: `cars://cars/${way}/`,
      DEPLOY_MIGRATION_TO: link,
    });
  });
  afterEach(() => {
    trouble = undefined;
    Object.assign(deployment.lambda, { life: QUARTER_OF_AN_HOUR, onAnswer: () => {} });
  });
  afterAll(() => deployment?.close());

  const put = async (key: string): Promise<ManifestItem> => {
    const bucket = source as Bucket;
    await bucket.write(parseKey(`${way}/${key}`), Buffer.from(key));
    return toItem(bucket, `${way}/`, key);
  };
  const copied = async (key: string): Promise<string> =>
    Buffer.from(await readBytes(target as Bucket, parseKey(`copies/${key}`))).toString();
  /** Each object's state in the answers of the last rounds. */
  const report = (rounds: number): Record<string, string> =>
    Object.fromEntries(
      deployment.rounds
        .slice(-rounds)
        .flatMap(({ answer }) => ("done" in answer ? (answer.done ?? []) : []))
        .map(({ key, state }) => [key, state]),
    );

  test("copies every batch, and leaves its report below the manifest's name", async () => {
    const batches = [[await put("a"), await put("b")], [await put("c")]];
    deployment.lambda.refusals = 1;
    const { status, output = "" } = await deployment.run("whole", batches);
    expect(status).toBe("SUCCEEDED");
    for (const key of ["a", "b", "c"]) expect(await copied(key)).toBe(key);
    expect(deployment.lambda.refusals).toBe(0);
    expect(report(2)).toEqual({ a: "copied", b: "copied", c: "copied" });

    const { MapRunArn, ResultWriterDetails, counts } = JSON.parse(output) as MapOutput;
    expect(counts).toEqual({ failed: 0, total: 2 });
    const { Bucket, Key } = ResultWriterDetails;
    expect(Bucket).toBe("vision-private");
    expect(Key).toMatch(/^migrations\/whole\/[^/]+\/manifest\.json$/);
    const manifest = Buffer.from(await readBytes(stage.buckets.own, parseKey(Key))).toString();
    expect(JSON.parse(manifest)).toMatchObject({ DestinationBucket: Bucket, MapRunArn });
    const mapRun = await deployment.stepFunctions.describeMapRun(MapRunArn);
    expect(mapRun).toMatchObject({ status: "SUCCEEDED", maxConcurrency: 20 });
  });

  test("copies what it can, then fails; and started again copies what was missing", async () => {
    const gone = await put("gone");
    await (source as Bucket).remove(parseKey(`${way}/gone`));
    const batches = [[gone, await put("d")], [await put("e")]];
    expect(await deployment.run("some", batches)).toMatchObject({
      status: "FAILED",
      error: "SomeFailed",
      // moto counts batches where Step Functions counts their items.
      cause: "1 of 2 objects lie in batches that failed; the report names them",
    });
    for (const key of ["d", "e"]) expect(await copied(key)).toBe(key);

    await put("gone");
    const again = await deployment.run("some", batches);
    expect(again).toMatchObject({ status: "SUCCEEDED" });
    expect(report(2)).toEqual({ gone: "copied", d: "equal", e: "equal" });
    expect(await copied("gone")).toBe("gone");
  });

  test("has a batch tried again that the store was too busy for", async () => {
    const batch = [await put("busy"), await put("f")];
    const body = errorXml("SlowDown");
    trouble = { name: "busy", fault: { kind: "answer", answer: { status: 503, body } } };
    const answers: string[] = [];
    deployment.lambda.onAnswer = (answer) => {
      answers.push("errorType" in answer ? answer.errorType : "copied");
      trouble = undefined;
    };
    expect(await deployment.run("again", [batch])).toMatchObject({ status: "SUCCEEDED" });
    expect(answers).toEqual(["TryAgain", "copied"]);
    expect(report(1)).toEqual({ busy: "copied", f: "equal" });
  });

  test("calls a worker again with what it has left over", async () => {
    const batch = [await put("held"), await put("g")];
    trouble = { name: "held", fault: { kind: "hang" } };
    // Five seconds, beside what a worker keeps for its end.
    deployment.lambda.life = 35_000;
    deployment.lambda.onAnswer = () => {
      trouble = undefined;
      deployment.lambda.life = QUARTER_OF_AN_HOUR;
    };
    expect(await deployment.run("rounds", [batch])).toMatchObject({ status: "SUCCEEDED" });
    const [first, second] = deployment.rounds.slice(-2);
    expect(first?.answer).toMatchObject({ Items: [{ key: "held" }], done: [{ key: "g" }] });
    expect(second?.batch).toEqual(first?.answer);
    expect(report(1)).toEqual({ g: "copied", held: "copied" });
  });
});

interface MapOutput {
  readonly MapRunArn: string;
  readonly ResultWriterDetails: { readonly Bucket: string; readonly Key: string };
  readonly counts: object;
}
