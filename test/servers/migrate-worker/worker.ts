import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import type { Batch } from "../../../functions/aws/migrate/batch.ts";
import { FORMATS } from "../../../functions/migration/manifest/format.ts";
import type { ManifestItem } from "../../../functions/migration/manifest/manifest-item.ts";
import type { CopyOutcome } from "../../../functions/migration/store-copy/copy-outcome.ts";
import { type Runtime, startRuntime } from "../../support/lambda/runtime.ts";

/** What a failed batch says of itself. */
interface Failure {
  readonly errorType: string;
  readonly failed: number;
  readonly objects: number;
  readonly first: readonly {
    readonly key: string;
    readonly state: string;
    readonly kind: string;
  }[];
}

/** The bundled worker in AWS's runtime client, between two places. */
export interface Worker {
  /** As the state machine runs a batch: again with what is left, until nothing is. */
  copy(items: readonly ManifestItem[]): Promise<readonly CopyOutcome[]>;
  /** What a batch fails with. */
  fail(items: readonly ManifestItem[]): Promise<Failure>;
  stop(): Promise<void>;
}

export async function startWorker(
  code: string,
  from: string,
  to: string,
  env: Readonly<Record<string, string>>,
): Promise<Worker> {
  const sides = { MIGRATION_FROM: from, MIGRATION_TO: to };
  const runtime = await startRuntime(code, "main.handler", { ...env, ...sides });
  return {
    async copy(items) {
      let batch: Batch = { Items: items };
      while (batch.Items.length > 0) {
        const answer = await invoke(runtime, batch);
        if ("errorMessage" in answer) throw new Error(answer.errorMessage);
        batch = answer;
      }
      return batch.done ?? [];
    },
    async fail(items) {
      const answer = await invoke(runtime, { Items: items });
      if (!("errorMessage" in answer)) throw new Error("the batch has not failed");
      const { errorType, errorMessage } = answer;
      return { errorType, ...(JSON.parse(errorMessage) as Omit<Failure, "errorType">) };
    },
    stop: () => runtime.stop(),
  };
}

interface Refusal {
  readonly errorType: string;
  readonly errorMessage: string;
}

async function invoke(runtime: Runtime, batch: Batch): Promise<Batch | Refusal> {
  const { body } = await runtime.invoke(batch, 120_000);
  const answer = JSON.parse(body.toString()) as Batch | Refusal;
  if ("errorType" in answer && !["TryAgain", "ObjectsFailed"].includes(answer.errorType)) {
    throw new Error(`${body.toString()}\n${runtime.log().slice(-4000)}`);
  }
  return answer;
}

/** The line of a manifest for an object as the store lists it. */
export async function toItem(bucket: Bucket, prefix: string, key: string): Promise<ManifestItem> {
  const [object] = (await bucket.list({ prefix: prefix + key, limit: 1 })).objects;
  if (object === undefined) throw new Error(`there is no ${prefix}${key}`);
  const line = FORMATS.ndjson(object, { bucket: bucket.name, prefix });
  return JSON.parse(line ?? "") as ManifestItem;
}
