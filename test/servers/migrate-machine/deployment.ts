import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Batch } from "../../../functions/aws/migrate/batch.ts";
import type { ManifestItem } from "../../../functions/migration/manifest/manifest-item.ts";
import { startRuntime } from "../../support/lambda/runtime.ts";
import type { Stage } from "../migrate-worker/stage.ts";
import { freePort } from "../process.ts";
import { startCloud } from "./cloud.ts";
import { synthesizeMigration, WORKER } from "./definition.ts";
import { startMoto } from "./moto.ts";
import { reduceDefinition } from "./reduce-definition.ts";
import type { Execution, StepFunctions } from "./step-functions.ts";

/** The migration stack of two places, its state machine in moto and its worker in AWS's runtime client. */
export interface Deployment {
  /** What Lambda does to the next calls. */
  readonly lambda: Lambda;
  /** What the worker has been called with, and has answered with. */
  readonly rounds: readonly Round[];
  /** Lays down a manifest of these batches and runs it. */
  readonly run: (
    manifest: string,
    batches: readonly (readonly ManifestItem[])[],
  ) => Promise<Execution>;
  readonly describeMapRun: StepFunctions["describeMapRun"];
  close(): Promise<void>;
}

interface Lambda {
  /** Calls to refuse, since too many workers run already. */
  refusals: number;
  /** Milliseconds that a worker has. */
  life: number;
  /** Hears of each round. */
  onAnswer: (answer: Answer) => void;
}

interface Round {
  readonly batch: Batch;
  readonly answer: Answer;
}

type Answer = Batch | { readonly errorType: string; readonly errorMessage: string };

export const QUARTER_OF_AN_HOUR = 15 * 60_000;

export async function deploy(
  stage: Stage,
  places: Readonly<Record<"DEPLOY_MIGRATION_FROM" | "DEPLOY_MIGRATION_TO", string>>,
): Promise<Deployment> {
  const settings = { ...places, STORAGE_BUCKET_PREFIX: "vision", DEPLOY_MIGRATION_TOLERATED: "1" };
  const { definition, env } = synthesizeMigration(stage.remoteLinks, settings);
  const worker = await startRuntime(stage.code, "main.handler", { ...env, ...stage.env });
  const lambda: Lambda = { refusals: 0, life: QUARTER_OF_AN_HOUR, onAnswer: () => {} };
  const rounds: Round[] = [];
  const port = await freePort();
  const cloud = await startCloud({
    store: stage.store,
    stepFunctions: `http://127.0.0.1:${port}`,
    async invoke(name, batch) {
      if (name !== WORKER) throw new Error(`there is no function ${name}`);
      if (lambda.refusals > 0) {
        lambda.refusals -= 1;
        return "throttled";
      }
      const outcome = await worker.invoke(batch, lambda.life);
      const answer = JSON.parse(outcome.body.toString()) as Answer;
      rounds.push({ batch: batch as Batch, answer });
      lambda.onAnswer(answer);
      return outcome;
    },
  });
  const stepFunctions = await startMoto(port, Number(new URL(cloud.url).port));
  return {
    lambda,
    rounds,
    async run(manifest, batches) {
      const lines = JSON.stringify(batches.map((Items) => ({ Items })));
      await stage.buckets.own.write(parseKey(`migrations/${manifest}.ndjson`), Buffer.from(lines));
      return stepFunctions.run(reduceDefinition(definition, manifest), { manifest });
    },
    describeMapRun: stepFunctions.describeMapRun,
    async close() {
      await stepFunctions.stop();
      await cloud.close();
      await worker.stop();
    },
  };
}
