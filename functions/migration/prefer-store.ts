import type { StoreTransfer } from "./store-copy/store-transfer.ts";
import { PROOFS } from "./target.ts";
import type { Transfer } from "./transfer.ts";

/** Failures of the store's own copying that say nothing of a copy through here. */
const FALL_BACK: ReadonlySet<string> = new Set([
  "denied",
  "unsupported",
  "invalid-request",
  "too-large",
]);

/**
 * Lets the store copy what it can copy by itself, so that no byte passes through here, and takes the way
 * through here for all else: where another object may be replaced, and where the store refuses.
 */
export function preferStore(
  byStore: StoreTransfer,
  through: Transfer,
  { overwrite }: { readonly overwrite: boolean },
): Transfer {
  return async (object, known) => {
    if (overwrite || known.ours !== undefined) return through(object, known);
    const { proof, ...outcome } = await byStore(object);
    if (FALL_BACK.has(outcome.error?.kind ?? "")) return through(object, known);
    const told = PROOFS.find((name) => name === proof);
    return { ...outcome, ...(told !== undefined && { proof: told }) };
  };
}
