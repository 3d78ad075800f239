import { describeError } from "@remote-storage/core/http/describe-error.ts";
import type { Log } from "@remote-storage/core/log.ts";

/** Milliseconds without writing after the disk has refused to. */
const PAUSE = 30_000;

/** Whether a disk does as it is told. */
export interface Health {
  failing(): boolean;
  /** Notes a failure: one that is the disk's stops writing for a while, and is logged once. */
  readonly failed: (error: unknown) => void;
}

export function createHealth(folder: string, now: () => number, log: Log): Health {
  let failedAt: number | undefined;

  function failing(): boolean {
    return failedAt !== undefined && Math.abs(now() - failedAt) < PAUSE;
  }

  return {
    failing,
    failed(error) {
      const cause = diskError(error);
      if (cause === undefined) return;
      if (!failing()) {
        log.warn(
          { folder, error: describeError(cause) },
          "the cache's disk fails: it is passed by",
        );
      }
      failedAt = now();
    },
  };
}

/** Files that are gone are no sign of a failing disk: another process may have removed them. */
function diskError(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && "errno" in error) return error.code === "ENOENT" ? undefined : error;
  return diskError(error.cause);
}
