import { availableParallelism } from "node:os";
import type { LinkResolver } from "@remote-storage/core/links/link.ts";
import type { LinkFileSummary } from "@remote-storage/core/links/link-file-writer.ts";
import type { ResolveFileOptions } from "@remote-storage/core/links/resolve-file.ts";
import type { CommandContext } from "../command.ts";
import type { Input } from "../input.ts";
import { readFailedRows } from "./failed-rows.ts";
import { inOrder } from "./in-order.ts";
import { lineChunks } from "./line-chunks.ts";
import { createChunkResolver, type ResolvedChunk } from "./resolve-chunk.ts";
import { openWorkerPool, type WorkerPool } from "./worker-pool.ts";

/** Bytes of links, some 20,000: below them threads take longer to start than the work. */
const LARGE = 1024 * 1024;

/** One thread writes what they all make, and each costs some 30 MB. */
const MAX_THREADS = 4;

export interface ResolveInput {
  readonly input: Input;
  readonly resolver: LinkResolver;
  readonly options: ResolveFileOptions;
  readonly env: CommandContext["env"];
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
  resolver,
  options,
  env,
  onlyFailed,
  deliver,
}: ResolveInput): Promise<void> {
  const threads = onlyFailed ? 1 : Math.min(availableParallelism(), MAX_THREADS);
  const here = createChunkResolver(resolver, options, onlyFailed ? readFailedRows : undefined);
  const spares: ArrayBuffer[] = [];
  let bytes = 0;
  let pool: WorkerPool | undefined;
  try {
    await inOrder(
      lineChunks(input.body),
      threads * 2 + 1,
      (chunk) => {
        bytes += chunk.bytes.length;
        if (threads > 1 && Math.max(bytes, input.size ?? 0) > LARGE) {
          pool ??= openWorkerPool(threads, { env, options });
        }
        const spare = spares.pop();
        const request = { ...chunk, ...(spare && { spare }) };
        return pool === undefined ? here(request) : pool.resolve(request);
      },
      async ({ rows, summary }: ResolvedChunk) => {
        await deliver(rows, summary, bytes);
        spares.push(rows.buffer);
      },
    );
  } finally {
    await pool?.close();
  }
}
