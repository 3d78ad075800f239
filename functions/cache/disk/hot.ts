import { LRUCache } from "lru-cache";
import type { Prelude } from "../entry-file.ts";

/** Bytes of memory for the bodies that are asked for most, and of the largest that is worth it. */
const MEMORY = 48 * 1024 * 1024;
const LARGEST = 1024 * 1024;

/**
 * Small bodies in memory: opening, reading and closing a file costs several times more than answering from here,
 * also when the system holds the file in memory anyway.
 */
export interface Hot {
  get(name: string, prelude: Prelude): Uint8Array | undefined;
  set(name: string, prelude: Prelude, body: Uint8Array): void;
  fits(size: number): boolean;
  delete(name: string): void;
  clear(): void;
}

export function createHot(): Hot {
  const bodies = new LRUCache<string, { readonly prelude: Prelude; readonly body: Uint8Array }>({
    maxSize: MEMORY,
    sizeCalculation: ({ body }) => Math.max(1, body.byteLength),
  });
  return {
    get(name, { bodyCrc, metaCrc }) {
      const found = bodies.get(name);
      const same = found?.prelude.bodyCrc === bodyCrc && found.prelude.metaCrc === metaCrc;
      return same ? found.body : undefined;
    },
    set: (name, prelude, body) => void bodies.set(name, { prelude, body }),
    fits: (size) => size <= LARGEST,
    delete: (name) => void bodies.delete(name),
    clear: () => bodies.clear(),
  };
}
