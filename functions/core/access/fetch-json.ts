/** Milliseconds for the whole answer. */
const TIMEOUT = 3000;
/** A document of an OpenID provider has some kilobytes. */
const MAX_BYTES = 262_144;

/**
 * Fetches a JSON document of an OpenID provider: no redirects, bounded in time and size.
 *
 * @throws Error for any answer that is not one; TypeError of `fetch` when there is none.
 */
export async function fetchJson(fetch: typeof globalThis.fetch, url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error(`${url} answered more than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return JSON.parse(text + decoder.decode());
}
