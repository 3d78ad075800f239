import type { DiskIndex } from "./disk-index.ts";

/** The entries whose time is over. */
export function expiredEntries(index: DiskIndex, at: number): readonly string[] {
  const names: string[] = [];
  for (const [name, { expires }] of index.oldest()) if (expires <= at) names.push(name);
  return names;
}

/** The least recently used entries that take up at least `bytes` together; what is being read stays. */
export function oldestEntries(index: DiskIndex, bytes: number): readonly string[] {
  const names: string[] = [];
  let sum = 0;
  for (const [name, { readers, size }] of index.oldest()) {
    if (sum >= bytes) break;
    if (readers > 0) continue;
    names.push(name);
    sum += size;
  }
  return names;
}
