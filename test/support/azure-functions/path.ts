/** What YARP leaves as it is in a path; everything else it encodes, `%` too. */
const PLAIN = /[^\w\-.~!$&'()*+,;=:@/]+/gu;

/**
 * The path as the host's web server, Kestrel, hands it on: decoded but for `%2F` and for what is not
 * UTF-8, without dot segments.
 *
 * @see https://github.com/dotnet/aspnetcore/blob/main/src/Shared/UrlDecoder/UrlDecoder.cs
 */
export function decodePath(path: string): string {
  const decoded = path.replaceAll(/(?:%(?!2f)[\da-f]{2})+/gi, decodeRun);
  const kept: string[] = [];
  const segments = decoded.split("/").slice(1);
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === "..") kept.pop();
    if (segment !== "." && segment !== "..") kept.push(segment);
    else if (last) kept.push("");
  }
  return `/${kept.join("/")}`;
}

function decodeRun(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The path as YARP sends it on to the library's proxy. */
export function encodePath(path: string): string {
  return path.replaceAll(PLAIN, (text) => encodeURIComponent(text));
}

/** A function's route as ASP.NET reads it, as far as these functions use it: literals, then `{*name}`. */
export function createMatcher(route: string): (path: string) => Record<string, string> | undefined {
  const [literal = "", name = ""] = route.split(/\{\*|\}/);
  const prefix = `/${literal}`;
  return (path) => {
    if (path === prefix.replace(/\/$/, "")) return { [name]: "" };
    return path.startsWith(prefix) ? { [name]: path.slice(prefix.length) } : undefined;
  };
}
