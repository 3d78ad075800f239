import type { EntryHeader, EntryKey } from "../../functions/cache/cache-store.ts";
import { originalKey } from "../../functions/cache/entry-key.ts";

export function keyOf(key: string, bucket = "bucket"): EntryKey {
  return originalKey({ provider: "s3", bucket, key });
}

export const LIFE = 3_600_000;

export function headerOf(
  key: EntryKey,
  size: number,
  clock: { readonly at: number },
  changes: Partial<EntryHeader> = {},
): EntryHeader {
  const times = { created: clock.at, confirmed: clock.at, expires: clock.at + LIFE };
  return { key, size, ...times, type: "image/png", etag: '"1"', ...changes };
}
