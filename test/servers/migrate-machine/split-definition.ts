import type { Machine } from "./definition.ts";

/** The map, and the states that come after it. */
export interface Halves {
  readonly map: object;
  readonly rest: object;
}

/**
 * For MiniStack, which takes no notice of ItemBatcher and ResultWriter: a manifest's lines are batches, and
 * the states after the map are given what ResultWriter gives them.
 */
export function splitDefinition({ States }: Machine): Halves {
  const { CopyAll, ...rest } = States;
  const { ItemBatcher: _batches, ResultWriter: _report, Next, ...left } = CopyAll;
  const map = { StartAt: "CopyAll", States: { CopyAll: { ...left, End: true } } };
  return { map, rest: { StartAt: Next, States: rest } };
}
