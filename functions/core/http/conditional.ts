import { parseHttpDate } from "./http-date.ts";

/** What a condition is compared with. */
export interface Validators {
  /** With its quotes, strong. */
  readonly etag: string;
  readonly modified: Date;
}

export type Verdict = "proceed" | "not-modified" | "failed";

/**
 * Evaluates `If-Match`, `If-Unmodified-Since`, `If-None-Match` and `If-Modified-Since` in the order
 * of RFC 9110 §13.2.2. `current` is `undefined` when there is no object. `not-modified` (304) comes
 * only for GET and HEAD, `failed` is 412. Dates that cannot be read are ignored, as the RFC says;
 * unquoted tags are taken as tags, as S3 does.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
export function evaluateConditions(
  method: string,
  headers: Pick<Headers, "get">,
  current: Validators | undefined,
): Verdict {
  const reading = method === "GET" || method === "HEAD";

  const ifMatch = headers.get("if-match");
  if (ifMatch !== null) {
    if (!matches(ifMatch, current, "strong")) return "failed";
  } else {
    const since = dateOf(headers, "if-unmodified-since");
    if (since !== undefined && current !== undefined && isAfter(current.modified, since)) {
      return "failed";
    }
  }

  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== null) {
    if (matches(ifNoneMatch, current, "weak")) return reading ? "not-modified" : "failed";
  } else if (reading) {
    const since = dateOf(headers, "if-modified-since");
    if (since !== undefined && current !== undefined && !isAfter(current.modified, since)) {
      return "not-modified";
    }
  }
  return "proceed";
}

/**
 * Whether `Range` still applies under `If-Range`: without that header always, else only when its
 * strong tag, or its exact date, is the object's.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
 */
export function rangeApplies(headers: Pick<Headers, "get">, current: Validators): boolean {
  const ifRange = headers.get("if-range");
  if (ifRange === null) return true;
  const date = parseHttpDate(ifRange);
  return date === undefined
    ? ifRange === current.etag
    : seconds(date) === seconds(current.modified);
}

function matches(
  header: string,
  current: Validators | undefined,
  comparison: "strong" | "weak",
): boolean {
  if (current === undefined) return false;
  const text = header.trim();
  if (text === "*") return true;
  return tags(text).some((tag) =>
    tag.startsWith("W/")
      ? comparison === "weak" && tag.slice(2) === current.etag
      : tag === current.etag,
  );
}

function tags(text: string): string[] {
  const quoted = text.match(/(?:W\/)?"[^"]*"/g);
  return quoted ?? text.split(",").map((tag) => `"${tag.trim()}"`);
}

function dateOf(headers: Pick<Headers, "get">, name: string): Date | undefined {
  const text = headers.get(name);
  return text === null ? undefined : parseHttpDate(text);
}

/** HTTP dates have whole seconds, files finer ones: compared as the header would show them. */
function isAfter(left: Date, right: Date): boolean {
  return seconds(left) > seconds(right);
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
