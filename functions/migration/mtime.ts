/**
 * The modification time as rclone keeps it in an object's metadata `mtime`: seconds since the epoch, nine
 * decimals.
 *
 * @see https://rclone.org/s3/#modification-times-and-hashes
 */
export function mtimeOf(nanoseconds: bigint): string {
  const seconds = nanoseconds / 1_000_000_000n;
  const rest = nanoseconds % 1_000_000_000n;
  return `${seconds}.${String(rest).padStart(9, "0")}`;
}
