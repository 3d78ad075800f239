import type { LinkError, LinkFacts } from "./link.ts";
import { BlockedAddressError, type PublicFetch } from "./public-fetch.ts";

/** A look that failed; `again` when the same may succeed in a moment. */
export interface FailedLook {
  readonly error: LinkError;
  readonly again: boolean;
}

/** Servers that answer no HEAD, or one that a signature in the link does not allow, are asked for one byte. */
const HEAD_REFUSED = new Set([400, 403, 405, 501]);
const FORBIDDEN = new Set([401, 402, 403, 451]);
const MISSING = new Set([404, 410]);
const TRANSIENT = new Set([408, 425, 429]);

/** Asks a public host about what lies at a link. Never throws. */
export async function lookUpPublic(
  url: string,
  fetchPublic: PublicFetch,
  signal: AbortSignal,
): Promise<LinkFacts | FailedLook> {
  try {
    const head = await ask(() => fetchPublic(url, { method: "HEAD", signal }));
    return HEAD_REFUSED.has(head.status)
      ? judge(
          await ask(() =>
            fetchPublic(url, { method: "GET", headers: { Range: "bytes=0-0" }, signal }),
          ),
        )
      : judge(head);
  } catch (error) {
    return toFailedLook(error);
  }
}

/** The head of an answer. Whatever follows it is not read: it may never end. */
async function ask(send: () => Promise<Response>): Promise<Response> {
  const response = await send();
  await response.body?.cancel();
  return response;
}

function judge({ status, ok, headers }: Response): LinkFacts | FailedLook {
  const range = /^bytes (?:\d+-\d+|\*)\/(\d+)$/.exec(headers.get("content-range") ?? "");
  // An empty object has no first byte.
  if (ok || (status === 416 && range?.[1] === "0")) {
    return toFacts(headers, status === 200 ? headers.get("content-length") : range?.[1]);
  }
  if (MISSING.has(status)) return failed("not_found", "there is nothing at this address");
  if (headers.has("x-amz-bucket-region")) {
    const region = headers.get("x-amz-bucket-region");
    if (!FORBIDDEN.has(status)) return failed("wrong_region", `the bucket lies in ${region}`);
  }
  if (FORBIDDEN.has(status)) return failed("forbidden", `the host refuses it (${status})`);
  return failed(
    "unavailable",
    `the host answered ${status}`,
    status >= 500 || TRANSIENT.has(status),
  );
}

function toFacts(headers: Headers, length: string | null | undefined): LinkFacts {
  const type = headers.get("content-type");
  const etag = headers.get("etag");
  // The length of what is compressed on the way is not the object's.
  const known = !headers.has("content-encoding") && /^\d{1,15}$/.test(length ?? "");
  return {
    ...(known && { size: Number(length) }),
    ...(type && { type }),
    ...(etag && { etag }),
  };
}

function toFailedLook(error: unknown): FailedLook {
  if (error instanceof BlockedAddressError) return failed("blocked_address", error.message);
  const code = codeOf(error);
  if (/TIMEOUT|TIMEDOUT|TimeoutError/.test(code)) {
    return failed("timeout", "the host did not answer in time");
  }
  if (code === "ENOTFOUND") return failed("unavailable", "there is no host of this name");
  return failed("unavailable", "the host did not answer as it should", true);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const cause: unknown = error.cause ?? error;
  return cause instanceof Error && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : error.name;
}

function failed(code: LinkError["code"], message: string, again = false): FailedLook {
  return { error: { code, message }, again };
}
