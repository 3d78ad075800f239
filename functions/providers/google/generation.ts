import { type ErrorPlace, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket, RemoveOptions } from "@remote-storage/core/storage/provider.ts";
import { failure } from "./errors.ts";

/**
 * The generation that a change depends on when it depends on an etag: Google compares generations alone.
 *
 * @returns nothing when it depends on none.
 * @throws StorageError `precondition-failed` when the object has another etag, `not-found`.
 * @see https://cloud.google.com/storage/docs/request-preconditions
 */
export async function matchingGeneration(
  stat: Bucket["stat"],
  key: ObjectKey,
  { ifMatch, signal }: RemoveOptions,
  place: ErrorPlace,
): Promise<string | undefined> {
  if (ifMatch === undefined) return undefined;
  const { etag, versionId } = await stat(key, signal === undefined ? {} : { signal });
  if (etag !== ifMatch) throw failure("precondition-failed", place);
  return versionId;
}

/** The same for a write, which cannot succeed either when there is no object. */
export async function generationToReplace(
  ...[stat, key, options, place]: Parameters<typeof matchingGeneration>
): Promise<string | undefined> {
  try {
    return await matchingGeneration(stat, key, options, place);
  } catch (error) {
    const absent = error instanceof StorageError && error.kind === "not-found";
    throw absent ? failure("precondition-failed", place, error) : error;
  }
}
