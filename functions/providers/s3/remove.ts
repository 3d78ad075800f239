import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { RemoveOptions } from "@remote-storage/core/storage/provider.ts";
import { withIfMatch } from "./if-match.ts";
import { stat } from "./stat.ts";
import type { Call, Store } from "./store.ts";

/** Removes an object; what is not there is removed already. Throws `precondition-failed`. */
export async function remove(
  store: Store,
  key: ObjectKey,
  { signal, ifMatch }: RemoveOptions = {},
): Promise<void> {
  const call = { operation: "remove", key, signal };
  const send = (condition: { readonly IfMatch?: string }) =>
    store.run(call, (s3, http) =>
      s3.deleteObject({ Bucket: store.bucket, Key: key, ...condition }, http),
    );
  if (ifMatch === undefined) {
    await send({});
    return;
  }
  try {
    await withIfMatch(store, call, ifMatch, send);
  } catch (error) {
    if (await exists(store, call)) throw error;
  }
}

async function exists(store: Store, call: Call & { readonly key: ObjectKey }): Promise<boolean> {
  try {
    await stat(store, call.key, call);
    return true;
  } catch (error) {
    if (error instanceof StorageError && error.kind === "not-found") return false;
    throw error;
  }
}
