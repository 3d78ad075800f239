/** Pieces of work that go on at the same time. */
export interface Crowd {
  /** Begins the work once there is room; `undefined` when it has begun at once. */
  add(work: () => Promise<void>): Promise<void> | undefined;
  /** Resolves when none goes on or waits any more. */
  empty(): Promise<void>;
}

/** @param most asked each time there may be room. The work must not reject. */
export function createCrowd(most: () => number): Crowd {
  const waiting: (() => void)[] = [];
  const leaving: (() => void)[] = [];
  let active = 0;

  const begin = (work: () => Promise<void>): void => {
    active += 1;
    void work().finally(() => {
      active -= 1;
      while (active < most() && waiting.length > 0) waiting.shift()?.();
      if (active === 0) for (const leave of leaving.splice(0)) leave();
    });
  };

  return {
    add: (work) => {
      if (active < most()) {
        begin(work);
        return undefined;
      }
      return new Promise((resolve) => {
        waiting.push(() => {
          begin(work);
          resolve();
        });
      });
    },
    empty: () =>
      active === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            leaving.push(resolve);
          }),
  };
}
