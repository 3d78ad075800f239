import { LRUCache } from "lru-cache";

const MAX_REMEMBERED = 10_000;

/** Part by which a time is lengthened or shortened, so that what failed together is not tried again together. */
const JITTER = 0.2;

/** Errors that also answer those who ask a little later. */
export interface Refusals {
  /** @throws the error that is remembered for the key. */
  check(key: string): void;
  has(key: string): boolean;
  remember(key: string, error: unknown, seconds: number): void;
  clear(): void;
}

export function createRefusals(now: () => number, random: () => number): Refusals {
  const known = new LRUCache<
    string,
    { readonly error: unknown; readonly from: number; readonly life: number }
  >({
    max: MAX_REMEMBERED,
  });
  function find(key: string) {
    const refusal = known.get(key);
    if (refusal === undefined) return undefined;
    const age = now() - refusal.from;
    // A clock that was set back must not make a refusal last.
    return age >= 0 && age < refusal.life ? refusal : undefined;
  }

  return {
    check(key) {
      const refusal = find(key);
      if (refusal !== undefined) throw refusal.error;
    },
    has: (key) => find(key) !== undefined,
    remember(key, error, seconds) {
      if (seconds <= 0) return;
      const life = seconds * 1000 * (1 + JITTER * (2 * random() - 1));
      known.set(key, { error, from: now(), life });
    },
    clear: () => known.clear(),
  };
}
