import type { BigIntStats } from "node:fs";

/**
 * A strong validator from what a file system keeps anyway: it differs after every write, since each
 * write makes a new file. The dashes say that it is no MD5, which S3 clients would compare with.
 */
export function etagOf(stats: BigIntStats): string {
  return `"${stats.size.toString(16)}-${stats.mtimeNs.toString(16)}-${stats.ino.toString(16)}"`;
}
