import { parseKey, type ObjectKey } from "../../storage/key.ts";

/** Where sets lie in the private bucket. */
export const SETS_PREFIX = "links/";
const EXTENSION = ".txt";

/** What {@link isSetName} takes, for error messages. */
export const SET_NAME = "1 to 100 letters, digits, `-`, `_` and `.`, a letter or digit first";

/** One part of a path on any disk and in any URL, without encoding. */
export function isSetName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text);
}

/** The object that holds a set. */
export function setKey(name: string): ObjectKey {
  return parseKey(`${SETS_PREFIX}${name}${EXTENSION}`);
}

/** The set that an object holds; `undefined` for other objects that lie among them. */
export function setNameOf(key: string): string | undefined {
  if (!key.startsWith(SETS_PREFIX) || !key.endsWith(EXTENSION)) return undefined;
  const name = key.slice(SETS_PREFIX.length, -EXTENSION.length);
  return isSetName(name) ? name : undefined;
}
