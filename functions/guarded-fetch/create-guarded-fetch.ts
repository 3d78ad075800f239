import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { BlockedAddressError, type PublicFetch } from "@remote-storage/core/links/public-fetch.ts";
import type { FetchRules } from "@remote-storage/core/settings/host-list.ts";
import { Agent, fetch } from "undici";
import { createGuardedConnector } from "./connector.ts";
import { createGuard } from "./guard.ts";
import { followRedirect } from "./redirect.ts";

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Milliseconds; a caller's signal may end it sooner. */
const HEADERS_TIMEOUT = 10_000;
const BODY_TIMEOUT = 30_000;
/** To one origin at a time: a link file must not turn this service against a host. */
const CONNECTIONS = 8;
const MAX_HEADER_BYTES = 16_384;

/**
 * A fetch for links that strangers wrote. Redirects are followed by hand, at most five, each checked
 * like the first address, and never from https to http. Proxies of the environment are not used: the
 * check has to stand where the connection is made.
 *
 * @param lookup finds the addresses of a name, as `dns.lookup` does.
 */
export function createGuardedFetch(
  rules: FetchRules,
  lookup: LookupFunction = systemLookup,
): PublicFetch {
  const dispatcher = new Agent({
    connect: createGuardedConnector(createGuard(rules), lookup),
    connections: CONNECTIONS,
    headersTimeout: HEADERS_TIMEOUT,
    bodyTimeout: BODY_TIMEOUT,
    maxHeaderSize: MAX_HEADER_BYTES,
  });

  return async (link, { method, headers = {}, signal }) => {
    let url = new URL(link);
    for (let redirects = 0; ; redirects++) {
      const response = await fetch(url, {
        method,
        // Otherwise a HEAD tells the length of what was compressed on the way.
        headers: { "Accept-Encoding": "identity", ...headers },
        redirect: "manual",
        dispatcher,
        ...(signal !== undefined && { signal }),
      }).catch(tellBlocked);
      const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
      if (location === null) return response;
      await response.body?.cancel();
      if (redirects === MAX_REDIRECTS) throw new Error(`more than ${MAX_REDIRECTS} redirects`);
      url = followRedirect(url, location);
    }
  };
}

/** `fetch` wraps what the connector threw. */
function tellBlocked(error: unknown): never {
  const cause = error instanceof Error ? error.cause : undefined;
  throw cause instanceof BlockedAddressError ? cause : error;
}
