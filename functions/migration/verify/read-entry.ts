import { setTimeout as sleep } from "node:timers/promises";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { CallOptions } from "@remote-storage/core/storage/provider.ts";
import type { Entry, Side } from "./side.ts";

export interface ReadEntryOptions extends CallOptions {
  /** Between tries; tests need none. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** In a row without a byte between them. */
const TRIES = 4;
/** Milliseconds before the second try; doubled before each next. */
const FIRST_WAIT = 200;

/**
 * All bytes of the object as it was listed. A connection that breaks is taken up again where it broke, and
 * a body that ends early counts as broken.
 *
 * @throws StorageError: `precondition-failed` when the object is another one by now, else what the store
 *   answered at the last try.
 */
export async function* readEntry(
  side: Side,
  entry: Entry,
  { signal, wait = sleep }: ReadEntryOptions,
): AsyncGenerator<Uint8Array> {
  const call = signal === undefined ? {} : { signal };
  let start = 0;
  let failures = 0;
  while (start < entry.size) {
    try {
      for await (const chunk of side.read(entry, start, call)) {
        if (chunk.length === 0) continue;
        start += chunk.length;
        failures = 0;
        yield chunk;
      }
      if (start < entry.size) throw endedEarly(entry);
    } catch (error) {
      failures += 1;
      if (!(error instanceof StorageError) || !error.retryable || failures === TRIES) throw error;
      await wait(FIRST_WAIT * 2 ** (failures - 1));
    }
  }
}

function endedEarly({ name: key, size }: Entry): StorageError {
  const place = { provider: "verify", operation: "read", key };
  return new StorageError("unavailable", `the object ended before its ${size} bytes`, place);
}
