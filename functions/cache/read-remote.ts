import type { OriginalRead, Source } from "@remote-storage/core/caches/caches.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { watched } from "./streams.ts";
import type { ReadOptions } from "@remote-storage/core/storage/provider.ts";

/** Milliseconds without a byte after which a read is given up. */
const IDLE = 30_000;

/**
 * Reads from where the original lies, for all who wait and none in particular: nobody's leaving ends it, only the
 * store's silence does.
 *
 * @throws StorageError; `timeout` when nothing has come for 30 seconds.
 */
export async function readRemote(source: Source, options: ReadOptions): Promise<OriginalRead> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), IDLE);

  function toFailure(error: unknown): unknown {
    if (!stop.signal.aborted) return error;
    const place = { provider: source.provider, operation: "read", bucket: source.bucket };
    return new StorageError("timeout", "the store stopped sending", place, error);
  }

  try {
    const result = await source.read({ ...options, signal: stop.signal });
    if (result.state !== "unchanged") {
      timer.refresh();
      const body = watched(result.body, {
        chunk: () => void timer.refresh(),
        end: () => clearTimeout(timer),
        fail: toFailure,
      });
      return { ...result, body };
    }
    clearTimeout(timer);
    return result;
  } catch (error) {
    clearTimeout(timer);
    throw toFailure(error);
  }
}
