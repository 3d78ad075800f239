import { hash } from "node:crypto";
import type { PurgeScope, ResultKey, SourceId } from "@remote-storage/core/caches/caches.ts";
import type { EntryKey } from "./cache-store.ts";

/** An original: by name, whatever its version. */
export function originalKey(id: SourceId): EntryKey {
  return { text: JSON.stringify(["original", ...parts(id)]), place: toPlace(id) };
}

/** One slice of one version of an original. */
export function sliceKey(id: SourceId, etag: string, index: number): EntryKey {
  return { text: JSON.stringify(["slice", ...parts(id), etag, index]), place: toPlace(id) };
}

/** What was made from one version of an original. */
export function resultKey({ id, etag, operation }: ResultKey): EntryKey {
  const members = Object.entries(operation).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { text: JSON.stringify(["result", ...parts(id), etag, members]), place: toPlace(id) };
}

/** A name for files and objects: equal for equal keys alone, without telling what they are. */
export function entryName({ text }: EntryKey): string {
  return hash("sha256", text, "hex");
}

/** A place as one text, so that a prefix of it is a prefix of the key within its bucket. */
export function placeText({ provider, bucket, key }: EntryKey["place"]): string {
  return `${provider}\0${bucket}\0${key}`;
}

/** Whether a purge takes the entries of this place. */
export function inScope(scope: PurgeScope): (place: string) => boolean {
  if ("all" in scope) return () => true;
  if ("key" in scope) {
    const exact = placeText(scope);
    return (place) => place === exact;
  }
  const start = placeText({ ...scope, key: scope.prefix });
  return (place) => place.startsWith(start);
}

/** Sources have more to them, which is not for keeping. */
function toPlace({ provider, bucket, key }: SourceId): EntryKey["place"] {
  return { provider, bucket, key };
}

function parts({ provider, bucket, key, versionId }: SourceId) {
  return [provider, bucket, key, versionId ?? null];
}
