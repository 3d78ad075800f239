/**
 * Escapes what no path on the wire can hold. Function URLs and REST APIs hand encoded paths on, which
 * this leaves alone; other gateways decode, and then a `?` or a space in a key would end the path.
 */
export function escapePath(path: string): string {
  return path.replaceAll(/[^\w.~!$&'()*+,;=:@/%-]/gu, (text) =>
    encodeURIComponent(text.isWellFormed() ? text : "\uFFFD"),
  );
}

/** Events hold headers as text, the Web's hold bytes: anything beyond ASCII travels as UTF-8. */
export function appendHeader(headers: Headers, name: string, value: string): void {
  headers.append(name, Buffer.from(value).toString("latin1"));
}

export function toBody(
  body: string | undefined,
  isBase64: boolean,
): Uint8Array<ArrayBuffer> | undefined {
  return body === undefined ? undefined : Buffer.from(body, isBase64 ? "base64" : "utf8");
}
