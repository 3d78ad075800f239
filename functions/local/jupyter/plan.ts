/** A file as it was last known to be the same here and in the storage. */
export interface Synced {
  /** SHA-256 of the content. */
  readonly hash: string;
  /** The object's etag, quotes included. */
  readonly etag: string;
}

/** One step towards both sides being the same. */
export type Action = {
  /** With `/` between folders, relative to the notebook folder and to the prefix in the bucket. */
  readonly path: string;
} & (
  | {
      readonly kind: "upload";
      readonly hash: string;
      /** Absent: there must be none. */ readonly replaces?: string;
    }
  | {
      readonly kind: "download";
      /** The hash of the file there; absent: there must be none. */ readonly replaces?: string;
    }
  /** Both sides have something of their own: adopt it when it is the same, else keep both. */
  | { readonly kind: "reconcile"; readonly hash: string }
  | { readonly kind: "remove-remote"; readonly etag: string }
  | { readonly kind: "remove-local"; readonly hash: string }
  | { readonly kind: "forget" }
);

/**
 * What is to be done about one path. What was edited wins over what was removed, and of two edits both are
 * kept, so no content is lost that somebody wrote.
 *
 * @param local hash of the file here, absent when there is none.
 * @param remote etag of the object, absent when there is none.
 * @returns nothing when both sides are as they should be.
 */
export function decide(
  path: string,
  local: string | undefined,
  remote: string | undefined,
  synced: Synced | undefined,
): Action | undefined {
  const edited = local !== synced?.hash;
  const changed = remote !== synced?.etag;
  if (local !== undefined && remote !== undefined) {
    if (edited && changed) return { kind: "reconcile", path, hash: local };
    if (edited) return { kind: "upload", path, hash: local, replaces: remote };
    return changed ? { kind: "download", path, replaces: local } : undefined;
  }
  if (local !== undefined) {
    return edited
      ? { kind: "upload", path, hash: local }
      : { kind: "remove-local", path, hash: local };
  }
  if (remote !== undefined) {
    return changed ? { kind: "download", path } : { kind: "remove-remote", path, etag: remote };
  }
  return synced === undefined ? undefined : { kind: "forget", path };
}

/** What is to be done about all paths, in their order. */
export function plan(
  local: ReadonlyMap<string, string>,
  remote: ReadonlyMap<string, string>,
  synced: ReadonlyMap<string, Synced>,
): Action[] {
  const paths = new Set([...local.keys(), ...remote.keys(), ...synced.keys()]);
  return [...paths].toSorted().flatMap((path) => {
    return decide(path, local.get(path), remote.get(path), synced.get(path)) ?? [];
  });
}
