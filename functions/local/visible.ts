/** A key may hold anything: line feeds would forge lines, escape sequences would drive the terminal. */
export function visible(key: string): string {
  return key.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}
