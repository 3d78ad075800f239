/** What browsers are told of an object beside its type, as far as a store keeps it. */
export interface Shown {
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
}

/** By the headers' names in lower case; what a store does not keep is left out. */
export function toShownHeaders(shown: Shown): Readonly<Record<string, string>> {
  const headers = Object.entries({
    "cache-control": shown.cacheControl,
    "content-disposition": shown.contentDisposition,
    "content-encoding": shown.contentEncoding,
    "content-language": shown.contentLanguage,
  });
  return Object.fromEntries(
    headers.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
