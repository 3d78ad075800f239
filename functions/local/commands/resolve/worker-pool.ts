import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import type { ResolveFileOptions } from "@remote-storage/core/links/resolve-file.ts";
import type { ChunkRequest, ResolvedChunk } from "./resolve-chunk.ts";
import { needsSdk, type SharedConfig } from "./shared-config.ts";

/** What a thread is started with. It opens providers of its own: a role is assumed by each thread. */
export interface WorkerOrder {
  readonly config: SharedConfig;
  readonly options: ResolveFileOptions;
}

/** Threads that resolve chunks, each one chunk at a time. */
export interface WorkerPool {
  /** Gives the chunk, and with it its memory, to the least busy thread. Rejects when the thread dies. */
  resolve(request: ChunkRequest): Promise<ResolvedChunk>;
  close(): Promise<void>;
}

/**
 * MiB: all but a few chunks is garbage, and collected early it keeps the process small. An SDK, which
 * identities need, takes some 30 alone.
 */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 20 };
const LIMITS_WITH_SDK = { ...LIMITS, maxOldGenerationSizeMb: 64 };

/**
 * The threads keep the processors busy: V8's helpers for collecting the garbage of each would only take
 * turns with them, and what seldom outlives a collection is not worth setting apart. Both flags are read
 * anew at every collection, so they may be set while the process runs, before there are threads.
 */
const COLLECTOR = ["--no-parallel-scavenge", "--no-allocation-site-pretenuring"];

/** Starts `count` threads. They need some 100 ms until they answer. */
export function openWorkerPool(count: number, order: WorkerOrder): WorkerPool {
  for (const flag of COLLECTOR) setFlagsFromString(flag);
  const threads = Array.from({ length: count }, () => startThread(order));
  return {
    resolve: (request) =>
      threads
        .reduce((idlest, thread) => (thread.load() < idlest.load() ? thread : idlest))
        .resolve(request),
    async close() {
      await Promise.all(threads.map((thread) => thread.stop()));
    },
  };
}

function startThread(workerData: WorkerOrder) {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData,
    resourceLimits: needsSdk(workerData.config) ? LIMITS_WITH_SDK : LIMITS,
  });
  const waiting: PromiseWithResolvers<ResolvedChunk>[] = [];
  worker.on("message", (answer: ResolvedChunk) => waiting.shift()?.resolve(answer));
  let death: Error | undefined;
  worker.on("error", (error) => {
    death = error;
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return {
    load: () => waiting.length,
    resolve(request: ChunkRequest): Promise<ResolvedChunk> {
      if (death !== undefined) return Promise.reject(death);
      const answer = Promise.withResolvers<ResolvedChunk>();
      waiting.push(answer);
      const { bytes, spare } = request;
      worker.postMessage(request, spare === undefined ? [bytes.buffer] : [bytes.buffer, spare]);
      return answer.promise;
    },
    async stop() {
      await worker.terminate();
    },
  };
}
