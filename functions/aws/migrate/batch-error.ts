import type { CopyOutcome } from "../../migration/store-copy/copy-outcome.ts";

/** Named in the failure; the others are known by how many they are. Step Functions keeps 32 KiB of a message. */
const SHOWN = 20;
const SHOWN_TEXT = 300;

/**
 * Objects of a batch that are not copied. Step Functions knows the error by its name: `TryAgain` it tries
 * again by itself, `ObjectsFailed` waits for somebody to mend the reason and redrive the execution.
 */
export class BatchError extends Error {
  override readonly name: "TryAgain" | "ObjectsFailed";

  constructor(failed: readonly CopyOutcome[], objects: number) {
    const first = failed.slice(0, SHOWN).map(({ key, state, error }) => ({
      key,
      state,
      kind: error?.kind,
      message: error?.message.slice(0, SHOWN_TEXT),
    }));
    super(JSON.stringify({ failed: failed.length, objects, first }));
    this.name = failed.some(({ error }) => error?.retryable) ? "TryAgain" : "ObjectsFailed";
  }
}

/** Time ran out twice at the same place: another round would only cost money. */
export class NoProgressError extends Error {
  override readonly name = "NoProgress";
}
