import { availableParallelism } from "node:os";
import type { LinkFileSummary } from "@remote-storage/core/links/link-file-writer.ts";
import type { ResolveFileOptions } from "@remote-storage/core/links/resolve-file.ts";
import type { Input } from "../input.ts";
import type { CommandStorage } from "../storage.ts";
import { readFailedRows } from "./failed-rows.ts";
import { inOrder } from "@remote-storage/core/in-order.ts";
import { lineChunks } from "./line-chunks.ts";
import { createChunkResolver, type ResolvedChunk } from "./resolve-chunk.ts";
import { toShared } from "./shared-config.ts";
import { openWorkerPool, type WorkerPool } from "./worker-pool.ts";

/**
 * Bytes of links, some 20,000: below them threads take longer to start than the work. Above them even a
 * single processor gets one, because only a thread's memory can be limited.
 */
const LARGE = 1024 * 1024;

/** One thread writes what they all make, and each costs some 30 MB. */
const MAX_THREADS = 4;

export interface ResolveInput {
  readonly input: Input;
  readonly storage: CommandStorage;
  readonly options: ResolveFileOptions;
  /** `input` is an earlier report: only what failed in it is resolved, by this thread alone. */
  readonly onlyFailed: boolean;
  /** Called with the parts one by one; `bytes` of the input have been read by then. */
  readonly deliver: (rows: Uint8Array, summary: LinkFileSummary, bytes: number) => Promise<void>;
}

/**
 * Resolves a link file to rows, in its order: a small one here, a large one on all processors with a
 * few chunks on their way at a time, so that memory stays flat.
 */
export async function resolveInput({
  input,
  storage,
  options,
  onlyFailed,
  deliver,
}: ResolveInput): Promise<void> {
  const threads = Math.min(availableParallelism(), MAX_THREADS);
  const here = createChunkResolver(
    storage.resolver,
    options,
    onlyFailed ? readFailedRows : undefined,
  );
  // Looking waits for the network alone: more processors would not make it faster.
  const shared = !onlyFailed && options.check === undefined;
  const spareChunks: ArrayBuffer[] = [];
  const spareRows: ArrayBuffer[] = [];
  let bytes = 0;
  let pool: WorkerPool | undefined;
  try {
    await inOrder(
      lineChunks(input.body, () => spareChunks.pop()),
      threads + 2,
      (chunk) => {
        bytes += chunk.bytes.length;
        if (shared && Math.max(bytes, input.size ?? 0) > LARGE) {
          pool ??= openWorkerPool(threads, { config: toShared(storage.config), options });
        }
        const spare = spareRows.pop();
        const request = { ...chunk, ...(spare && { spare }) };
        return pool === undefined ? here(request) : pool.resolve(request);
      },
      async ({ rows, summary, chunk }: ResolvedChunk) => {
        await deliver(rows, summary, bytes);
        spareRows.push(rows.buffer);
        spareChunks.push(chunk);
      },
    );
  } finally {
    await pool?.close();
  }
}
