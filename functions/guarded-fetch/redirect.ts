import { BlockedAddressError } from "@remote-storage/core/links/public-fetch.ts";

/**
 * Where a redirect leads.
 *
 * @throws BlockedAddressError for a scheme other than http and https, a step from https back to http,
 *   and a user name or password; Error for what is no URL.
 */
export function followRedirect(from: URL, location: string): URL {
  const url = URL.parse(location, from.href);
  if (url === null) throw new Error("the redirect's address is not a URL");
  const open = url.protocol === "https:" || (url.protocol === "http:" && from.protocol === "http:");
  if (!open || url.username !== "" || url.password !== "") throw new BlockedAddressError();
  return url;
}
