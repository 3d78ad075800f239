import { discard } from "./streams.ts";

/** Milliseconds that a body waits for somebody who wants it. */
const PATIENCE = 10_000;

/** Bodies that no store has taken: the first who wants one gets it. */
export interface Spares {
  offer(key: string, body: ReadableStream<Uint8Array>): void;
  take(key: string): ReadableStream<Uint8Array> | undefined;
}

export function createSpares(): Spares {
  const waiting = new Map<
    string,
    { readonly body: ReadableStream<Uint8Array>; readonly timer: NodeJS.Timeout }
  >();

  function take(key: string): ReadableStream<Uint8Array> | undefined {
    const spare = waiting.get(key);
    waiting.delete(key);
    clearTimeout(spare?.timer);
    return spare?.body;
  }

  return {
    offer(key, body) {
      const earlier = take(key);
      if (earlier !== undefined) discard(earlier);
      const timer = setTimeout(() => {
        const late = take(key);
        if (late !== undefined) discard(late);
      }, PATIENCE).unref();
      waiting.set(key, { body, timer });
    },
    take,
  };
}
