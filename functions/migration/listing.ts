import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import type { TargetObject } from "./target.ts";

/** Looks keys up in a listing that is read once, from its beginning to its end. */
export interface Listing {
  /** The keys asked for must come in order. At once, without a promise, while the page at hand tells. */
  find(key: string): TargetObject | undefined | Promise<TargetObject | undefined>;
}

export function createListing(pages: AsyncIterable<readonly TargetObject[]>): Listing {
  const iterator = pages[Symbol.asyncIterator]();
  let page: readonly TargetObject[] | undefined = [];
  let next = 0;

  const find: Listing["find"] = (key) => {
    for (; page !== undefined; next++) {
      const object = page[next];
      if (object === undefined) return turn().then(() => find(key));
      const order = compareKeys(object.key, key);
      if (order === 0) return object;
      if (order > 0) return undefined;
    }
    return undefined;
  };

  async function turn(): Promise<void> {
    const { done, value } = await iterator.next();
    page = done === true ? undefined : value;
    next = 0;
  }

  return { find };
}
