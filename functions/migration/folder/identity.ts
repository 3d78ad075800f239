import type { BigIntStats } from "node:fs";

/**
 * Changes whenever a file's bytes do, also when their number stays and somebody sets the modification time
 * back: the change time cannot be set. What only moves the file changes it too, which errs on the safe side.
 */
export function identityOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return `${size}:${mtimeNs}:${ctimeNs}:${ino}`;
}
