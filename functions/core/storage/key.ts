declare const brand: unique symbol;

/**
 * An object's name inside one bucket, literally as the store keeps it: never percent-encoded, never
 * normalised. Made only by {@link parseKey}, so a provider cannot be called with raw input.
 */
export type ObjectKey = string & { readonly [brand]: "ObjectKey" };

/** S3, Google and Azure all stop at 1024 (S3 and Google count UTF-8 bytes, the stricter rule). */
export const MAX_KEY_BYTES = 1024;

export class InvalidKeyError extends Error {
  override readonly name = "InvalidKeyError";
}

/**
 * The single place where a string becomes a key: 1 to 1024 bytes of UTF-8, well-formed Unicode.
 * Dot segments, doubled slashes and control characters are legal in object stores and stay as they
 * are; a provider whose store cannot hold a key throws `StorageError` with kind `invalid-key`.
 *
 * @throws InvalidKeyError naming what is wrong.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export function parseKey(text: string): ObjectKey {
  if (text === "") throw new InvalidKeyError("the key is empty");
  if (!text.isWellFormed()) throw new InvalidKeyError("the key is not well-formed Unicode");
  // A UTF-16 code unit is at most three bytes of UTF-8, so short keys need no counting.
  if (text.length * 3 > MAX_KEY_BYTES) {
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_KEY_BYTES) {
      throw new InvalidKeyError(`the key has ${bytes} bytes; at most ${MAX_KEY_BYTES} are allowed`);
    }
  }
  return text as ObjectKey;
}

/** True when a WHATWG URL parser (fetch, browsers) would collapse a segment of the key's path. */
export function hasDotSegment(key: string): boolean {
  return /(?:^|\/)\.{1,2}(?:\/|$)/.test(key);
}
