import type { Bucket, CallOptions, ListedObject } from "@remote-storage/core/storage/provider.ts";

/** All objects whose keys begin with the prefix, a page at a time. */
export async function* listPages(
  bucket: Bucket,
  prefix: string,
  options: CallOptions,
): AsyncGenerator<readonly ListedObject[]> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ ...options, prefix, ...(cursor !== undefined && { cursor }) });
    yield page.objects;
    ({ cursor } = page);
  } while (cursor !== undefined);
}
