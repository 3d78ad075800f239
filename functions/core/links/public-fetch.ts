/** What may be asked of a public link. */
export interface PublicRequest {
  readonly method: "GET" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Fetches a public link for a caller who could not be trusted with the service's own place in the
 * network: every connection, those after redirects too, goes to an address that was found public just
 * before. Sends no credentials. The caller reads or cancels the body.
 *
 * @throws BlockedAddressError, or whatever a network throws.
 */
export type PublicFetch = (url: string, request: PublicRequest) => Promise<Response>;

/** One sentence for every reason, so that nobody can map the inside by asking. */
export class BlockedAddressError extends Error {
  override readonly name = "BlockedAddressError";

  constructor() {
    super("this service does not fetch from there");
  }
}
