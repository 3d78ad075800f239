import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { describeError } from "@remote-storage/core/http/describe-error.ts";
import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import type { Context } from "aws-lambda";
import { createWire } from "../../migration/bucket/wire.ts";
import { openStorage, remoteStore } from "../../storage.ts";
import { keep } from "../kept.ts";
import { createLog } from "../log.ts";
import type { Definition } from "../open-service.ts";
import { readSecrets, withSecrets } from "../secrets.ts";
import type { Batch } from "./batch.ts";
import { createBatchUploads } from "./batch-uploads.ts";
import { AT_A_TIME, createCopier, type Sides } from "./copier.ts";
import { copyBatch } from "./copy-batch.ts";
import { openSide } from "./sides.ts";

/** Milliseconds before a worker's end when it stops and hands back what is left. */
const RESERVE = 30_000;
/** Milliseconds that secrets are used without looking whether they have changed. */
const SECRETS_LIFE = 5 * 60_000;

/** What a copy worker takes from the world beside the others' needs. */
export interface WorkerWorld extends Pick<Definition, "env" | "write" | "now" | "fetch"> {
  readonly clock: () => number;
  readonly random: () => number;
}

/** Copies batches that Step Functions hands over, from `MIGRATION_FROM` to `MIGRATION_TO`. */
export function createWorker(
  world: WorkerWorld,
): (
  batch: Batch,
  context: Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">,
) => Promise<Batch> {
  const { now, random, clock, write } = world;
  const log = createLog(write, now, () => undefined)("info");
  const opened = keep<Sides>(
    async (before) => {
      const sides = await openSides(world);
      // Nothing goes on between batches.
      await before?.wire.close();
      return sides;
    },
    SECRETS_LIFE,
    now,
    (error) => {
      const fields = { error: describeError(error) };
      log.error(fields, "the secrets cannot be used: the old ones stay");
    },
  );
  return async (batch, context) => {
    const { awsRequestId } = context;
    const time = context.getRemainingTimeInMillis() - RESERVE;
    const signal = AbortSignal.timeout(Math.max(0, time));
    const sides = await opened();
    const uploads = createBatchUploads(batch.Items);
    const copier = createCopier(sides, {
      uploads,
      signal,
      clock,
      random,
      sleep: (milliseconds, until) => setTimeout(milliseconds, undefined, { signal: until }),
      say: (message) => {
        log.info({ awsRequestId }, message);
      },
    });
    const rest = await copyBatch(batch, { ...copier, uploads, signal, atATime: AT_A_TIME });
    const counts = { objects: batch.Items.length, left: rest.Items.length, bytes: copier.sent() };
    log.info({ awsRequestId, ...counts }, "a round of a batch is over");
    return rest;
  };
}

async function openSides({ env: given, now, fetch }: WorkerWorld): Promise<Sides> {
  const secrets = await readSecrets(given);
  const env = withSecrets(given, secrets);
  const settings = parseSettings(env, readFile);
  const own = remoteStore(settings);
  const { remoteLinks } = secrets;
  const { resolver } = await openStorage({ settings, own, remoteLinks, env, readFile, now, fetch });
  return {
    source: openSide("MIGRATION_FROM", env["MIGRATION_FROM"], resolver),
    target: openSide("MIGRATION_TO", env["MIGRATION_TO"], resolver),
    wire: createWire({ connections: 2 * AT_A_TIME }),
  };
}

function readFile(path: string): string {
  return readFileSync(path, "utf8");
}
