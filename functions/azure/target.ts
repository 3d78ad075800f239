/** Where the front end of App Service keeps the path and query as the client sent them. */
const UNENCODED = "x-waws-unencoded-url";

const BASE = "http://localhost";

/**
 * The request target as it was sent, as far as the platform tells. The Functions host decodes the path
 * but for `%2F`, removes dot segments and encodes the path again, so that `%2F` and `%252F` become the
 * same; the front end's header still has them apart. It is believed only while it names the same path, so
 * that no caller comes by it to another path than a gateway in front has seen. Queries arrive as they were
 * sent: `?key=` needs none of this.
 *
 * @see https://github.com/dotnet/yarp/blob/main/src/ReverseProxy/Forwarder/RequestUtilities.cs
 */
export function toTarget(url: string, headers: Headers): string {
  const { pathname, search } = new URL(url);
  const [sent = ""] = (headers.get(UNENCODED) ?? "").split("?", 1);
  const same = sent.startsWith("/") && normalise(sent) === normalise(pathname);
  return (same ? sent : pathname) + search;
}

/** Decoded as often as it can be, without dot segments: equal for all ways to write one path. */
function normalise(path: string): string {
  const decoded = path.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  if (decoded !== path) return normalise(decoded);
  return new URL(BASE + decoded.replaceAll("?", "%3F").replaceAll("#", "%23")).pathname;
}
