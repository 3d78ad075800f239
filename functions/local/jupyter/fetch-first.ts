import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Pace } from "./keep-sending.ts";
import type { Round, Sync } from "./sync.ts";

/** Tries before a storage that does not answer is given up. */
const TRIES = 4;

/**
 * Fetches before the command starts. When the storage does not answer, a folder that had its files before is good
 * enough to start with: what is changed meanwhile is sent later, and nothing is written over.
 *
 * @param known the folder has been kept in this place before.
 * @throws StorageError when the storage cannot be used, or does not answer and the folder was never filled.
 */
export async function fetchFirst(
  sync: Sync,
  known: boolean,
  {
    pace,
    say,
    signal,
  }: { readonly pace: Pace; readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  for (let count = 1; ; count++) {
    const result = await fetchOnce(sync);
    if (!("error" in result)) {
      pace.tell(result);
      return;
    }
    const { error } = result;
    signal.throwIfAborted();
    if (!isAway(error)) throw error;
    if (count === TRIES) {
      if (!known) throw error;
      say(`${error.message}: starting with the files of last time`);
      return;
    }
    say(`${error.message}: trying again`);
    await pace.sleep(pace.interval * 2 ** (count - 1), signal);
  }
}

/** A round in which the storage went away is a failure too. */
async function fetchOnce(sync: Sync): Promise<Round | { readonly error: unknown }> {
  try {
    const round = await sync.fetch();
    return round.troubles.find(({ error }) => isAway(error)) ?? round;
  } catch (error) {
    return { error };
  }
}

function isAway(error: unknown): error is StorageError {
  return error instanceof StorageError && error.retryable;
}
