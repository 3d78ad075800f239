/** Cursors are the store's own tokens in our wrapping, so that a stranger's text is told apart at once. */
const MARK = "s3.";

export function toCursor(token: string): string {
  return MARK + Buffer.from(token).toString("base64url");
}

/** The store's token; `undefined` for text that no listing gave. */
export function fromCursor(cursor: string): string | undefined {
  if (!cursor.startsWith(MARK)) return undefined;
  const token = Buffer.from(cursor.slice(MARK.length), "base64url").toString();
  return toCursor(token) === cursor ? token : undefined;
}
