import { afterAll, beforeAll, expect, test } from "vitest";
import { errorXml } from "../../providers/s3/fault-server.ts";
import { type Fault, type FaultProxy, startFaultProxy } from "../../support/fault-proxy.ts";
import { openStage, type Stage } from "../migrate-worker/stage.ts";
import { startMinio } from "../minio.ts";
import { QUARTER_OF_AN_HOUR } from "./deployment.ts";
import { type Migration, openMigration } from "./migration.ts";

/** What becomes of requests that name an object. */
interface Trouble {
  readonly key: string;
  readonly fault: Fault;
}

let stage: Stage;
let proxy: FaultProxy;
let migration: Migration;
let trouble: Trouble | undefined;
beforeAll(async () => {
  const store = await startMinio();
  proxy = await startFaultProxy(store.endpoint, ({ target }) =>
    trouble !== undefined && target.includes(`/${trouble.key}`) ? trouble.fault : undefined,
  );
  stage = await openStage({ ...store, endpoint: proxy.url });
  migration = await openMigration(stage, "own");
});
afterAll(async () => {
  await migration?.close();
  await stage?.close();
  await proxy?.close();
});

test("a batch that the store was too busy for is tried again", async () => {
  const { put, lambda, run, report } = migration;
  const batch = [await put("busy"), await put("a")];
  const answer = { status: 503, body: errorXml("SlowDown") };
  trouble = { key: "busy", fault: { kind: "answer", answer } };
  const answers: string[] = [];
  lambda.onAnswer = (told) => {
    answers.push("errorType" in told ? told.errorType : "copied");
    trouble = undefined;
  };
  expect(await run("again", [batch])).toMatchObject({ status: "SUCCEEDED" });
  expect(answers).toEqual(["TryAgain", "copied"]);
  expect(report(1)).toEqual({ busy: "copied", a: "equal" });
});

test("a worker is called again with what it has left over", async () => {
  const { put, lambda, run, rounds, report } = migration;
  const batch = [await put("held"), await put("b")];
  trouble = { key: "held", fault: { kind: "hang" } };
  // Five seconds, beside what a worker keeps for its end.
  lambda.life = 35_000;
  lambda.onAnswer = () => {
    trouble = undefined;
    lambda.life = QUARTER_OF_AN_HOUR;
  };
  expect(await run("rounds", [batch])).toMatchObject({ status: "SUCCEEDED" });
  const [first, second] = rounds.slice(-2);
  expect(first?.answer).toMatchObject({ Items: [{ key: "held" }], done: [{ key: "b" }] });
  expect(second?.batch).toEqual(first?.answer);
  expect(report(1)).toEqual({ b: "copied", held: "copied" });
});
