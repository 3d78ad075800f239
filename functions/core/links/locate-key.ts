import { InvalidKeyError, MAX_KEY_BYTES, type ObjectKey, parseKey } from "../storage/key.ts";
import type { LinkError, LocatedLink } from "./link.ts";
import { choosePlace, type Place } from "./place.ts";

/** The object that a literal key means in one of the places of a bucket. */
export function locateKey(places: readonly Place[], text: string): LocatedLink {
  let key: ObjectKey;
  try {
    key = parseKey(text);
  } catch (error) {
    if (!(error instanceof InvalidKeyError)) throw error;
    return { type: "error", error: toLinkError(text) };
  }
  const place = choosePlace(places, key);
  return "code" in place
    ? { type: "error", error: place }
    : { type: "object", provider: place.provider, bucket: place.bucket.name, key };
}

function toLinkError(text: string): LinkError {
  if (text === "") {
    return {
      code: "bad_syntax",
      message: "the link names no object",
      hint: "write <scheme>://<bucket>/<object name>",
    };
  }
  return text.isWellFormed()
    ? { code: "too_long", message: `the object's name has more than ${MAX_KEY_BYTES} bytes` }
    : { code: "bad_encoding", message: "the object's name is not well-formed Unicode" };
}
