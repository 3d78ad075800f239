import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import { stat } from "./stat.ts";
import type { Call, Store } from "./store.ts";

/**
 * Runs a change that depends on the object's etag. Stores differ: AWS compares and changes in one step; MinIO does so
 * for writes, and lets every removal through; Ceph 16 refuses every PUT with the header, also the right one, since it
 * compares with the quotes; others do not know the header. So the etag is looked at first, and again before a
 * refusal is taken for a misunderstanding and the change is sent without the condition.
 *
 * @throws StorageError `precondition-failed` when there is no object, or it has another etag.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */
export async function withIfMatch<T>(
  store: Store,
  call: Call & { readonly key: ObjectKey },
  etag: string,
  change: (condition: { readonly IfMatch?: string }) => Promise<T>,
): Promise<T> {
  await confirm(store, call, etag);
  try {
    return await change({ IfMatch: etag });
  } catch (error) {
    if (!(error instanceof StorageError) || !REFUSALS.has(error.kind)) throw error;
  }
  await confirm(store, call, etag);
  return change({});
}

/** What a store says to the condition; `not-found` when the object has just been removed. */
const REFUSALS: ReadonlySet<string> = new Set(["precondition-failed", "unsupported", "not-found"]);

/** Throws `precondition-failed` unless the object has this etag now. */
export async function confirm(
  store: Store,
  call: Call & { readonly key: ObjectKey },
  etag: string,
): Promise<void> {
  const found = await stat(store, call.key, call).catch((error: unknown) => {
    if (error instanceof StorageError && error.kind === "not-found") return undefined;
    throw error;
  });
  if (found?.etag === etag) return;
  const message = found === undefined ? "there is no such object" : "the object has another etag";
  throw store.fail(call, "precondition-failed", message);
}
