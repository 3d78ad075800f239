import { parentPort, workerData } from "node:worker_threads";
import { openConfig } from "../../../storage.ts";
import { type ChunkRequest, createChunkResolver } from "./resolve-chunk.ts";
import { fromShared } from "./shared-config.ts";
import type { WorkerOrder } from "./worker-pool.ts";

// A thread of worker-pool.ts: opens the same providers as the main thread and answers chunk by chunk.
const port = parentPort;
if (port === null) throw new Error("worker.ts runs as a worker thread only");
const { config, options }: WorkerOrder = workerData;
/** When the chunk came: reading the clock for every link would be felt. */
let time = new Date();
const { resolver } = await openConfig(fromShared(config), { now: () => time, fetch });
const resolve = createChunkResolver(resolver, options);

let last = Promise.resolve();
port.on("message", (request: ChunkRequest) => {
  last = answer(last, request);
});

/** One after the other, so that answers leave in the order of the requests. */
async function answer(earlier: Promise<void>, request: ChunkRequest): Promise<void> {
  await earlier;
  time = new Date();
  const resolved = await resolve(request);
  port?.postMessage(resolved, [resolved.rows.buffer, resolved.chunk]);
}
