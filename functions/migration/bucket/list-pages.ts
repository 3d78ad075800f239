import type { Bucket, ListedObject, Page } from "@remote-storage/core/storage/provider.ts";
import type { PageOptions } from "../source.ts";

/** All objects whose keys begin with the prefix, a page at a time. */
export async function* listPages(
  bucket: Bucket,
  prefix: string,
  { again = (work) => work(), ...options }: PageOptions,
): AsyncGenerator<readonly ListedObject[]> {
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? {} : { cursor };
    const page: Page = await again(() => bucket.list({ ...options, ...from, prefix }));
    yield page.objects;
    ({ cursor } = page);
  } while (cursor !== undefined);
}
