import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Entry, Side } from "../../../functions/migration/verify/side.ts";

export interface MemorySide extends Side {
  /** Names of what was read, once for each attempt. */
  readonly reads: string[];
}

/** Objects by name, listed in the order that is given: every version is `v1`. */
export function memorySide(
  objects: Readonly<Record<string, Uint8Array>>,
  more: {
    readonly order?: (left: string, right: string) => number;
    readonly tag?: (name: string) => string | undefined;
    readonly read?: Side["read"];
  } = {},
): MemorySide {
  const { order = compareKeys, tag = () => undefined } = more;
  const reads: string[] = [];
  const toEntry = (name: string): Entry => {
    const said = tag(name);
    const size = objects[name]?.length ?? 0;
    return { name, size, version: "v1", ...(said !== undefined && { tag: said }) };
  };
  const read: Side["read"] = async function* read({ name }, start) {
    reads.push(name);
    yield (objects[name] ?? new Uint8Array(0)).subarray(start);
  };
  return {
    reads,
    async *entries() {
      yield* Object.keys(objects).toSorted(order).map(toEntry);
    },
    find: async (name) => (Object.hasOwn(objects, name) ? toEntry(name) : undefined),
    read: more.read ?? read,
    type: async () => "application/octet-stream",
  };
}

export const broken = new StorageError("unavailable", "the connection broke", {
  provider: "memory",
  operation: "read",
});

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export async function* inChunks(
  whole: Uint8Array,
  lengths: readonly number[],
): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const length of lengths) {
    yield whole.subarray(start, start + length);
    start += length;
  }
  yield whole.subarray(start);
}
