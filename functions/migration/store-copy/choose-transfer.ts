import type { Lanes } from "../lanes.ts";
import { preferStore } from "../prefer-store.ts";
import type { Transfer } from "../transfer.ts";
import { createStoreTransfer } from "./store-transfer.ts";
import { createUrlTransfer, type UrlTransferOptions } from "./url-transfer.ts";

export interface ChoiceOptions extends UrlTransferOptions {
  /** Copy over other objects in the target. */
  readonly overwrite: boolean;
}

/**
 * Spares the way `through` here where it can: a store copies between its own buckets, and some targets fetch from
 * other stores.
 */
export function chooseTransfer(options: ChoiceOptions, through: Transfer, lanes: Lanes): Transfer {
  const byStore = createStoreTransfer(options, lanes);
  return byStore === undefined
    ? createUrlTransfer(options, through, lanes)
    : preferStore(byStore, through, options);
}
