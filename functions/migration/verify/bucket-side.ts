import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket, ListedObject, Page } from "@remote-storage/core/storage/provider.ts";
import type { Entry, Side } from "./side.ts";

const ABSENT: ReadonlySet<ErrorKind> = new Set(["not-found", "invalid-key"]);

/** The objects of a bucket whose keys begin with a prefix; empty: all of them. */
export function bucketSide(bucket: Pick<Bucket, "list" | "read" | "stat">, prefix: string): Side {
  const toEntry = ({ key, size, etag, md5 }: ListedObject): Entry => ({
    name: key.slice(prefix.length),
    size,
    version: etag,
    tag: md5 ?? etag,
  });
  return {
    async *entries(options) {
      const fetchPage = (cursor?: string): Promise<Page> => {
        const page = bucket.list({ ...options, prefix, ...(cursor !== undefined && { cursor }) });
        // Awaited below when its turn comes; failing before that must not count as unhandled.
        page.catch(() => undefined);
        return page;
      };
      // The next page is on its way while one is worked on.
      let next: Promise<Page> | undefined = fetchPage();
      while (next !== undefined) {
        const page: Page = await next;
        next = page.cursor === undefined ? undefined : fetchPage(page.cursor);
        for (const object of page.objects) yield toEntry(object);
      }
    },
    async find(name, options) {
      try {
        return toEntry(await bucket.stat(parseKey(prefix + name), options));
      } catch (error) {
        // What the store cannot hold it does not have.
        const absent = error instanceof StorageError && ABSENT.has(error.kind);
        if (absent) return undefined;
        throw error;
      }
    },
    async *read({ name, version }, start, options) {
      const result = await bucket.read(parseKey(prefix + name), {
        ...options,
        ifMatch: version,
        ...(start > 0 && { range: { start } }),
      });
      if (result.state === "unchanged") throw new TypeError("asked for without a condition");
      yield* result.body;
    },
    type: async ({ name }, options) => (await bucket.stat(parseKey(prefix + name), options)).type,
  };
}
