/** Milliseconds of the pause after a failure: doubled with each in a row. */
const FIRST = 1000;
const LONGEST = 30_000;

/** When something that failed may be tried again. */
export interface Rest {
  /** The last failure while its pause lasts. */
  current(): { readonly error: unknown } | undefined;
  begin(error: unknown): void;
  /** It succeeded: the next failure's pause is short again. */
  end(): void;
}

/** Keeps many callers from asking, each for themselves, a source that fails. */
export function createRest(now: () => Date): Rest {
  let last: { readonly error: unknown; readonly until: number } | undefined;
  let pause = 0;

  return {
    current: () => (last !== undefined && now().getTime() < last.until ? last : undefined),
    begin(error) {
      pause = pause === 0 ? FIRST : Math.min(2 * pause, LONGEST);
      last = { error, until: now().getTime() + pause };
    },
    end() {
      pause = 0;
      last = undefined;
    },
  };
}
