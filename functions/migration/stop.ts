import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Stopped } from "./summary.ts";

/** Ends a whole run. */
export class StopError extends Error {
  override readonly name = "StopError";
  readonly stopped: Stopped;

  constructor(stopped: Exclude<Stopped, { readonly by: "signal" }>, cause?: unknown) {
    super(stopped.message, { cause });
    this.stopped = stopped;
  }
}

/** The items, a failure to read them being told as that of a side: without a listing nothing can go on. */
export async function* atSide<T>(
  side: "source" | "target",
  items: AsyncIterable<T>,
): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const { bucket = "" } = error.place;
    throw new StopError({ by: side, message: `${error.message} (${side}: ${bucket})` }, error);
  }
}
