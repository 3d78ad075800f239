import type { LinkError, LocatedLink } from "./link.ts";
import { unknownBucket, unknownScheme } from "./link-hint.ts";
import { locateKey } from "./locate-key.ts";
import { locateWeb } from "./locate-web.ts";
import type { Place, Places } from "./place.ts";
import { isScheme } from "./scheme.ts";
import type { FindWebPlaces } from "./web-places.ts";

/** Longer than any key with its bucket, and about what proxies accept as a URL. */
export const MAX_LINK_BYTES = 8192;

const GRAMMAR = "write <scheme>://<bucket>/<object name>";

/** Errors remembered, so that a file of a million links into one wrong bucket compares names once. */
const MAX_REMEMBERED = 1000;

/**
 * Finds where links point: `<scheme>://<bucket>/<object name>`, the object name being literally all that
 * follows the bucket's slash. `schemes` has lower-case keys. Does no I/O and never throws.
 */
export function createLocator(
  schemes: ReadonlyMap<string, Places>,
  findWeb: FindWebPlaces,
): (link: string) => LocatedLink {
  const remembered = new Map<string, LocatedLink>();

  const remember = (id: string, create: () => LinkError): LocatedLink => {
    const known = remembered.get(id);
    if (known !== undefined) return known;
    const located: LocatedLink = { type: "error", error: create() };
    if (remembered.size < MAX_REMEMBERED) remembered.set(id, located);
    return located;
  };

  /** Where the last object lay: links of one bucket mostly follow each other. */
  let last: { readonly head: string; readonly places: readonly Place[] } | undefined;

  return (link) => {
    // A UTF-16 code unit is at most three bytes of UTF-8, so short links need no counting.
    if (link.length * 3 > MAX_LINK_BYTES && Buffer.byteLength(link) > MAX_LINK_BYTES) {
      return failure("too_long", `the link has more than ${MAX_LINK_BYTES} bytes`);
    }
    if (last !== undefined && link.startsWith(last.head)) {
      return locateKey(last.places, link.slice(last.head.length));
    }
    const colon = link.indexOf("://");
    if (colon < 0) return failure("bad_syntax", "the link has no scheme", GRAMMAR);
    const written = link.slice(0, colon);
    const start = colon + 3;
    const places = schemes.get(written) ?? schemes.get(written.toLowerCase());
    if (places === undefined) {
      const scheme = written.toLowerCase();
      if (scheme === "https" || scheme === "http") return locateWeb(link, scheme, start, findWeb);
      if (!isScheme(written))
        return failure("bad_syntax", "the link begins with no scheme", GRAMMAR);
      return remember(`${scheme}://`, () => unknownScheme(scheme, schemes.keys()));
    }
    const slash = link.indexOf("/", start);
    if (slash < 0) return failure("bad_syntax", "the link names no object", GRAMMAR);
    const bucket = link.slice(start, slash);
    const found = places.get(bucket);
    if (found !== undefined) {
      last = { head: link.slice(0, slash + 1), places: found };
      return locateKey(found, link.slice(slash + 1));
    }
    if (bucket === "") return failure("bad_syntax", "the link names no bucket", GRAMMAR);
    if (bucket.includes("@")) {
      return failure("bad_syntax", "the link seems to hold a key or password", "leave it out");
    }
    if (!bucket.isWellFormed())
      return failure("bad_encoding", "the bucket is not well-formed Unicode");
    const scheme = written.toLowerCase();
    return remember(`${scheme}://${bucket}`, () => unknownBucket(scheme, bucket, places, schemes));
  };
}

function failure(code: LinkError["code"], message: string, hint?: string): LocatedLink {
  return { type: "error", error: { code, message, ...(hint !== undefined && { hint }) } };
}
