import { PictureError } from "@remote-storage/core/pictures/picture-error.ts";
import type { Limits } from "./limits.ts";

/** Runs work in its turn. */
export type Queue = <Value>(work: () => Promise<Value>) => Promise<Value>;

/**
 * A queue that runs `concurrency` at a time, first come first served. What finds it full, or waits too long,
 * fails with `too_busy` instead of holding memory and a client that has long left.
 */
export function createQueue({ concurrency, maxWaiting, maxWait }: Limits): Queue {
  const waiting = new Set<() => void>();
  let running = 0;

  async function turn(): Promise<void> {
    if (running < concurrency) {
      running += 1;
      return;
    }
    if (waiting.size >= maxWaiting) throw busy();
    await new Promise<void>((resolve, reject) => {
      const start = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(start);
        reject(busy());
      }, maxWait);
      waiting.add(start);
    });
  }

  /** The place goes to the next in line, so that nobody can slip in between. */
  function leave(): void {
    const [next] = waiting;
    if (next === undefined) running -= 1;
    else {
      waiting.delete(next);
      next();
    }
  }

  return async (work) => {
    await turn();
    try {
      return await work();
    } finally {
      leave();
    }
  };
}

function busy(): PictureError {
  return new PictureError("too_busy", "many other pictures are being made; try again in a second");
}
