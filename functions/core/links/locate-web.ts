import type { LinkError, LocatedLink } from "./link.ts";
import { locateKey } from "./locate-key.ts";
import { percentDecode } from "./percent-encoding.ts";
import type { FindWebPlaces, WebPlaces } from "./web-places.ts";

/** Query parameters that carry a signature of S3 (V4, V2), Google, Azure or CloudFront. */
const SIGNATURES: readonly string[] = [
  "x-amz-signature",
  "x-amz-credential",
  "x-goog-signature",
  "x-goog-credential",
  "sig",
  "signature",
];

/**
 * Locates an http(s) link. `start` is where its authority begins. Whatever leads into a configured
 * bucket and is not signed yet is decoded, to be signed; everything else is public and stays as it is.
 */
export function locateWeb(
  link: string,
  scheme: "http" | "https",
  start: number,
  find: FindWebPlaces,
): LocatedLink {
  // A URL parser would drop or encode control characters, and a header cannot carry them.
  if (/\p{Cc}/u.test(link)) return failure("bad_syntax", "the link holds control characters");
  const pathStart = indexOfAny(link, "/?#\\", start);
  const authority = link.slice(start, pathStart);
  if (authority.includes("@")) {
    return failure("bad_syntax", "the link holds a user name or password", "leave them out");
  }
  if (!link.isWellFormed()) return failure("bad_encoding", "the link is not well-formed Unicode");
  const url = URL.parse(link);
  // Without an authority a URL parser would take the path for the host.
  if (url === null || authority === "") {
    return failure("bad_syntax", `the ${scheme} link is not a URL`);
  }

  const queryStart = indexOfAny(link, "?#", pathStart);
  const found = find(url.host.replace(/\.(?=:|$)/, ""), link.slice(pathStart, queryStart));
  if (found === undefined) return { type: "public", url: link };
  const query = readQuery(link, queryStart);
  if (query.signed) return { type: "public", url: link };
  if (found.website === true) return refuseWebsite(found);
  const key = percentDecode(found.rest);
  const versionId = query.version === undefined ? undefined : percentDecode(query.version);
  if (key === undefined || (query.version !== undefined && versionId === undefined)) {
    return failure(
      "bad_encoding",
      "the link's percent-encoding is broken",
      "encode % itself as %25",
    );
  }
  if (query.snapshot) {
    return failure(
      "bad_syntax",
      "a link to a snapshot cannot be signed",
      "link to a version instead",
    );
  }
  const located = locateKey(found.places, key);
  return located.type !== "object" || versionId === undefined ? located : { ...located, versionId };
}

function refuseWebsite({ places, rest }: WebPlaces): LocatedLink {
  const [place] = places;
  return failure(
    "bad_syntax",
    "the address of a bucket's website cannot be signed",
    `link to the object: s3://${place?.bucket.name ?? ""}/${percentDecode(rest) ?? rest}`,
  );
}

function failure(code: LinkError["code"], message: string, hint?: string): LocatedLink {
  return { type: "error", error: { code, message, ...(hint !== undefined && { hint }) } };
}

/** Where one of the characters first occurs, else the end. */
function indexOfAny(text: string, characters: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    if (characters.includes(text.charAt(index))) return index;
  }
  return text.length;
}

interface Query {
  readonly signed: boolean;
  readonly snapshot: boolean;
  /** Still encoded. */
  readonly version?: string;
}

function readQuery(link: string, start: number): Query {
  if (link[start] !== "?") return { signed: false, snapshot: false };
  const parameters = new Map(
    link
      .slice(start + 1, indexOfAny(link, "#", start))
      .split("&")
      .map((parameter) => {
        const equals = parameter.indexOf("=");
        return equals < 0
          ? [parameter.toLowerCase(), ""]
          : [parameter.slice(0, equals).toLowerCase(), parameter.slice(equals + 1)];
      }),
  );
  const version = parameters.get("versionid") || parameters.get("generation");
  return {
    signed: SIGNATURES.some((name) => parameters.has(name)),
    snapshot: parameters.has("snapshot"),
    ...(version && { version }),
  };
}
