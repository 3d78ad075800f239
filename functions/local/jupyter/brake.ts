import type { Action, Synced } from "./plan.ts";

/** True for what takes away something that is still on one side. */
export function isRemoval({ kind }: Action): boolean {
  return kind === "remove-remote" || kind === "remove-local";
}

/**
 * The removals of a plan, unless they are so many that something else than a person must be behind them: a folder that
 * was emptied, a disk that is not mounted, a bucket of another name. What was moved is still there, and does not count.
 *
 * @param most percent of the files known to both sides that may go at once.
 * @returns the removals that must wait; none, or all of them.
 */
export function heldRemovals(
  actions: readonly Action[],
  local: ReadonlyMap<string, string>,
  synced: ReadonlyMap<string, Synced>,
  most: number,
): readonly Action[] {
  const present = new Set(local.values());
  const removals = actions.filter(isRemoval);
  const lost = removals.filter(({ kind, path }) => {
    return kind === "remove-local" || !present.has(synced.get(path)?.hash ?? "");
  });
  return lost.length * 100 > synced.size * most ? removals : [];
}
