import { hasDotSegment } from "@remote-storage/core/storage/key.ts";
import { keyIn, signedUrl } from "../bucket/requests.ts";
import { failureOf } from "../failure.ts";
import type { Lanes } from "../lanes.ts";
import type { Transfer } from "../transfer.ts";
import { createUrlFetch, type UrlFetchOptions } from "./url-fetch.ts";

export interface UrlTransferOptions extends UrlFetchOptions {
  /** Takes a sentence for people, once, when the target cannot fetch from the source. */
  readonly say: (message: string) => void;
}

/** Failures of the target's own fetching that say nothing of a copy through here. */
const THROUGH_HERE: ReadonlySet<string> = new Set(["denied", "invalid-request", "too-large"]);

/** One object may be archived or closed to others; when so many cannot be fetched, it is the place. */
const REFUSALS = 4;

/**
 * Lets the target fetch by itself what can be proven, so that no byte passes through here. All else goes `through`:
 * what lies in the target already, and what was not or could not be fetched; everything, once the first
 * few could not.
 */
export function createUrlTransfer(
  { say, ...options }: UrlTransferOptions,
  through: Transfer,
  lanes: Lanes,
): Transfer {
  const { source, target } = options;
  const { urlCopy } = target.bucket;
  if (urlCopy === undefined) return through;
  const fetch = createUrlFetch(options, urlCopy, lanes);
  let state: "untried" | "fetches" | "given up" = "untried";
  let refusals = 0;

  const giveUp = (why: string): void => {
    if (state !== "given up") say(`${why}: the bytes pass through here`);
    state = "given up";
  };

  /** By the address alone: nothing is asked of anybody. */
  async function isReached(key: string): Promise<boolean> {
    if (state === "fetches") return true;
    const url = await signedUrl(source, keyIn(source, key));
    if (urlCopy?.reaches(url) === true) return true;
    giveUp(`the target cannot fetch from ${new URL(url).origin}`);
    return false;
  }

  return async (object, known) => {
    const { key, size } = object;
    // Who fetches a URL drops such segments from it.
    const lost = hasDotSegment(source.prefix + key);
    if (state === "given up" || known.listed !== undefined || lost) return through(object, known);
    let rest = known;
    try {
      const fetched = (await isReached(key)) ? await fetch(object) : undefined;
      if (fetched !== undefined) {
        state = "fetches";
        return { key, size, sent: 0, state: "copied", ...fetched };
      }
    } catch (error) {
      lanes.signal.throwIfAborted();
      const failure = failureOf(error);
      if (failure.kind === "unsupported") {
        refusals += 1;
        if (state === "untried" && refusals >= REFUSALS) giveUp(failure.message);
      } else if (failure.kind === "precondition-failed") {
        // What lies there is compared on the way through here.
        rest = { ...known, listed: "" };
      } else if (!THROUGH_HERE.has(failure.kind)) {
        const outcome = failure.kind === "source-changed" ? "changed" : "failed";
        return { key, size, sent: 0, state: outcome, error: failure };
      }
    }
    return through(object, rest);
  };
}
