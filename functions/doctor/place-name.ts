import type { BucketPlace } from "@remote-storage/core/links/bucket-place.ts";

/** As remote_links.yml writes it: `bucket` or `bucket/prefix/`. */
export function placeName({ bucket, prefix }: BucketPlace): string {
  return prefix === "" ? bucket : `${bucket}/${prefix}`;
}
