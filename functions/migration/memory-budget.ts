/** Bounds the bytes that are held at a time. */
export interface MemoryBudget {
  /** Runs the work once so many bytes may be held; more than all there are wait until nothing else is held. */
  hold<T>(bytes: number, work: () => Promise<T>): Promise<T>;
}

export function createMemoryBudget(total: number): MemoryBudget {
  let free = total;
  const waiting: { readonly bytes: number; readonly start: () => void }[] = [];

  /** In the order of their coming: a large one is not put off for ever by small ones. */
  const next = (): void => {
    for (let [first] = waiting; first !== undefined && first.bytes <= free; [first] = waiting) {
      waiting.shift();
      free -= first.bytes;
      first.start();
    }
  };

  return {
    hold: async (wished, work) => {
      const bytes = Math.min(wished, total);
      await new Promise<void>((start) => {
        waiting.push({ bytes, start });
        next();
      });
      try {
        return await work();
      } finally {
        free += bytes;
        next();
      }
    },
  };
}
