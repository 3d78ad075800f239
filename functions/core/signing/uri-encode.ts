/** RFC 3986 §2.3: the only bytes that every signing scheme leaves as they are. */
const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;
const UNRESERVED_PATH = /^[A-Za-z0-9\-._~/]*$/;

/** `encodeURIComponent` leaves these five, the signing schemes do not. */
const LEFT_OVER = /[!'()*]/g;

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/**
 * Percent-encodes every UTF-8 byte except `A-Za-z0-9-._~`, in upper-case hex; a space is `%20`.
 *
 * @throws URIError when the text is not well-formed Unicode.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html (UriEncode)
 */
export function encodeComponent(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text).replace(LEFT_OVER, percent);
}

/**
 * {@link encodeComponent} that keeps `/`: an object's key as a URL path. Nothing is normalised, so
 * `//`, `.` and `..` stay what they are.
 *
 * @throws URIError when the key is not well-formed Unicode.
 */
export function encodePath(key: string): string {
  if (UNRESERVED_PATH.test(key)) return key;
  return encodeURIComponent(key).replace(LEFT_OVER, percent).replaceAll("%2F", "/");
}
