import { statfs } from "node:fs/promises";

/** A cache never takes the last of a disk: this part of it, at most so much. */
const FREE_PART = 0.05;
const MAX_FREE = 1024 ** 3;

/** Bytes by which the disk has less than it must keep free; 0 when that cannot be found out. */
export async function shortage(root: string): Promise<number> {
  try {
    const { bavail, blocks, bsize } = await statfs(root);
    return Math.max(0, Math.min(MAX_FREE, blocks * bsize * FREE_PART) - bavail * bsize);
  } catch {
    return 0;
  }
}
