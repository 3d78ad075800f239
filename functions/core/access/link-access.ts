import type { LocatedLink } from "../links/link.ts";
import type { SignedMethod } from "../signing/signed-request.ts";
import { allows, holdsEverywhere, type Action, type Grant } from "./grants.ts";

/** What it takes to be given a signature for an object. */
export const OBJECT_ACTION: Readonly<Record<SignedMethod, Action>> = {
  GET: "objects:read",
  HEAD: "objects:read",
  PUT: "objects:write",
  DELETE: "objects:delete",
};

/** Turns the full name of an own bucket into the API's: `remote-storage-private` → `private`. */
export type OwnName = (bucket: string) => string | undefined;

/**
 * Says of each link whether the grants allow the method on it. Reading a configured bucket or a public
 * link takes `links:read`; an own object named by `fs://` takes what the object itself takes, so that
 * links are no way around it; writing and deleting take `objects:write` and `objects:delete` on the
 * link's place.
 */
export function authorizeLinks(
  grants: readonly Grant[],
  method: SignedMethod,
  ownName: OwnName,
): (located: LocatedLink) => boolean {
  const objectAction = OBJECT_ACTION[method];
  const linkAction = objectAction === "objects:read" ? "links:read" : objectAction;
  if (holdsEverywhere(grants, objectAction) && holdsEverywhere(grants, linkAction)) {
    return () => true;
  }
  return (located) => {
    if (located.type === "error") return true;
    if (located.type === "public") {
      // As it is written and as it is sent: `..` in it would lead out of the prefix.
      return [located.url, URL.parse(located.url)?.href].every((url) =>
        allows(grants, linkAction, url),
      );
    }
    const { provider, bucket, key } = located;
    const own = provider === "fs" ? ownName(bucket) : undefined;
    return own === undefined
      ? allows(grants, linkAction, `${provider}://${bucket}/${key}`)
      : allows(grants, objectAction, `${own}/${key}`);
  };
}
