import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { ManifestItem } from "../../../functions/migration/manifest/manifest-item.ts";
import { readBytes } from "../../providers/conformance/stage.ts";
import type { Stage } from "../migrate-worker/stage.ts";
import { toItem } from "../migrate-worker/worker.ts";
import { type Deployment, deploy } from "./deployment.ts";

/** A deployed migration from the bucket `cars`, with objects to put through it. */
export interface Migration extends Deployment {
  /** Writes an object whose content is its key, and gives its line of a manifest. */
  readonly put: (key: string) => Promise<ManifestItem>;
  readonly remove: (key: string) => Promise<void>;
  /** What a copy says. */
  readonly copied: (key: string) => Promise<string>;
  /** The states of objects in what the last rounds answered. */
  readonly report: (rounds: number) => Readonly<Record<string, string>>;
}

export async function openMigration(stage: Stage, to: "own" | "blobs"): Promise<Migration> {
  const [source, target] = [stage.buckets.cars, stage.buckets[to]];
  const prefix = `to-${to}/`;
  const deployment = await deploy(stage, {
    DEPLOY_MIGRATION_FROM: `cars://cars/${prefix}`,
    DEPLOY_MIGRATION_TO: to === "own" ? "private/copies/" : "blobs://blobs/copies/",
  });
  return {
    ...deployment,
    async put(key) {
      await source.write(parseKey(prefix + key), Buffer.from(key));
      return toItem(source, prefix, key);
    },
    remove: (key) => source.remove(parseKey(prefix + key)),
    async copied(key) {
      return Buffer.from(await readBytes(target, parseKey(`copies/${key}`))).toString();
    },
    report(rounds) {
      const done = deployment.rounds
        .slice(-rounds)
        .flatMap(({ answer }) => ("done" in answer ? (answer.done ?? []) : []));
      return Object.fromEntries(done.map(({ key, state }) => [key, state]));
    },
  };
}
