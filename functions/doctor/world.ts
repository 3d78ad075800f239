import type { Reach } from "./reach.ts";

/** What examinations take from the world. */
export interface World {
  readonly now: () => Date;
  readonly fetch: typeof fetch;
  /** Every address of a host name; rejects when it has none. */
  readonly lookup: (host: string) => Promise<readonly string[]>;
  /** From how far away the service itself is reached. */
  readonly serviceReach: Reach;
  /** Origins whose pages send signed requests; `*` is any. */
  readonly corsOrigins: readonly string[];
  readonly newId: () => string;
}

/** Milliseconds after which something that does not answer is taken for dead. */
export const PATIENCE = 5000;
