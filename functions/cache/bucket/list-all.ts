import type { Bucket, ListedObject } from "@remote-storage/core/storage/provider.ts";

/** Every object below a prefix, page after page. */
export async function* listAll(
  bucket: Bucket,
  prefix: string,
): AsyncGenerator<readonly ListedObject[]> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, ...(cursor !== undefined && { cursor }) });
    yield page.objects;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

const AT_ONCE = 16;

/** Does a piece of work for each value, a few at once. */
export async function forEach<Value>(
  values: Iterable<Value>,
  work: (value: Value) => Promise<void>,
): Promise<void> {
  // All lanes take from one iterator, so that none gets what another has.
  const rest = values[Symbol.iterator]();
  async function lane(): Promise<void> {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await work(next.value);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
