import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { Slice } from "./source.ts";
import type { TargetMultipart } from "./target.ts";

const MIB = 1024 * 1024;

/** In bytes. */
export interface PartSizes {
  /** Larger objects go in parts: a broken connection costs one part, and parts go side by side. */
  readonly wholeUpTo: number;
  /** What a part has while there are few: more would not be faster, fewer bytes mean more requests. */
  readonly part: number;
}

export const USUAL_SIZES: PartSizes = { wholeUpTo: 16 * MIB, part: 8 * MIB };

/**
 * Bytes of a part of an object of `size` bytes: the usual, or in whole MiB as many as keep the parts below the
 * store's number.
 *
 * @throws StorageError `too-large` for an object that the store cannot hold in parts.
 */
export function partSizeOf(
  size: number,
  limits: TargetMultipart["limits"],
  { part: usual }: Pick<PartSizes, "part"> = USUAL_SIZES,
): number {
  const many = size > usual * limits.maxParts;
  const needed = many ? Math.ceil(size / limits.maxParts / MIB) * MIB : 0;
  const part = Math.max(usual, limits.minPart, needed);
  if (part <= limits.maxPart) return part;
  const message = `${size} bytes are more than ${limits.maxParts} parts of ${limits.maxPart} bytes`;
  throw new StorageError("too-large", message, { provider: "migration", operation: "plan" });
}

/** Where the parts lie; part `n` is the one at index `n - 1`. */
export function slicesOf(size: number, partSize: number): readonly Slice[] {
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => {
    const start = index * partSize;
    return { start, length: Math.min(partSize, size - start) };
  });
}
