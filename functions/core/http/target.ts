import { ProblemError } from "./problem.ts";

/** A request target taken apart without normalising: `..`, `//` and `%2F` are legal in keys. */
export interface Target {
  /** Still percent-encoded, as it was sent. */
  readonly path: string;
  /** Decoded once; a `+` is a space, as forms and URLSearchParams write it. */
  readonly query: ReadonlyMap<string, string>;
}

/**
 * Takes apart what came in the request line, origin form or absolute form.
 *
 * @throws ProblemError `invalid_request` for a parameter given twice, `invalid_key` or
 *   `invalid_request` for broken percent-encoding.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function parseTarget(target: string): Target {
  const [pathAndQuery = ""] = originForm(target).split("#", 1);
  const mark = pathAndQuery.indexOf("?");
  if (mark === -1) return { path: pathAndQuery || "/", query: new Map() };
  return {
    path: pathAndQuery.slice(0, mark) || "/",
    query: parseQuery(pathAndQuery.slice(mark + 1)),
  };
}

/** Path and query of a target that names scheme and host as well. */
export function originForm(target: string): string {
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)?.[0] ?? "";
  return target.slice(origin.length);
}

function parseQuery(text: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const [rawName = "", ...rest] = pair.split("=");
    const name = decodeOnce(rawName.replaceAll("+", " "), "a parameter's name");
    if (query.has(name)) {
      throw new ProblemError("invalid_request", `the parameter ${name} is given twice`);
    }
    query.set(name, decodeOnce(rest.join("=").replaceAll("+", " "), name));
  }
  return query;
}

/**
 * Percent-decodes exactly once, as strict UTF-8: `%2520` stays `%20`.
 *
 * @param what the part's name for the error; `key` gives the code `invalid_key`, `link` `bad_encoding`.
 */
export function decodeOnce(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ProblemError(
      what === "key" ? "invalid_key" : what === "link" ? "bad_encoding" : "invalid_request",
      `${what} is not percent-encoded UTF-8; encode "%" itself as %25`,
    );
  }
}
