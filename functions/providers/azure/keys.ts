import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";

/** Without a hierarchical namespace; see the link below. */
const MAX_SEGMENTS = 254;

/** Why Azure cannot hold an object of this name; undefined when it can. */
function fault(key: string): string | undefined {
  if (key.includes("\\")) return "Azure turns a backslash into a slash";
  if (/\p{Cc}/u.test(key)) return "Azure refuses control characters";
  if (/\.(?:\/|$)/.test(key)) return "Azure drops the dot at the end of a path segment";
  if (key.length > MAX_SEGMENTS && key.split("/").length > MAX_SEGMENTS) {
    return `Azure holds at most ${MAX_SEGMENTS} path segments`;
  }
  return undefined;
}

/**
 * Refuses names that Azure cannot hold or would store under another name, before anything is sent.
 *
 * @throws StorageError `invalid-key` that says why.
 * @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#blob-names
 */
export function checkKey(key: ObjectKey, operation: string, bucket: string): void {
  const problem = fault(key);
  if (problem === undefined) return;
  throw new StorageError(
    "invalid-key",
    `Azure Blob Storage cannot hold an object named ${JSON.stringify(key)}: ${problem}`,
    { provider: "azure", operation, bucket, key },
  );
}
