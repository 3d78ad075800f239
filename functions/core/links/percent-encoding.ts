/** The text without percent-encoding (RFC 3986 §2.1); `+` stays. `undefined` when it is not UTF-8 so encoded. */
export function percentDecode(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
