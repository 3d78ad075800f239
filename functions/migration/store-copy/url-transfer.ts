import { hasDotSegment } from "@remote-storage/core/storage/key.ts";
import { keyIn, signedUrl } from "../bucket/requests.ts";
import { failureOf } from "../failure.ts";
import type { Lanes } from "../lanes.ts";
import type { SourceObject } from "../source.ts";
import type { Transfer } from "../transfer.ts";
import { createUrlFetch, type UrlFetchOptions } from "./url-fetch.ts";

export interface UrlTransferOptions extends UrlFetchOptions {
  /** Takes a sentence for people, once, when the target cannot fetch from the source. */
  readonly say: (message: string) => void;
}

/** Failures of the target's own fetching that say nothing of a copy through here. */
const THROUGH_HERE: ReadonlySet<string> = new Set(["denied", "invalid-request", "too-large"]);

/**
 * Lets the target fetch by itself what can be proven, so that no byte passes through here. All else goes `through`:
 * what lies in the target already, what was not or could not be fetched; and, as long as nothing has been
 * fetched, everything after the first that the target cannot reach.
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
  let reaches: boolean | undefined;
  let said = false;

  const giveUp = (why: string): void => {
    reaches ??= false;
    if (!said) say(`${why}: the bytes pass through here`);
    said = true;
  };

  /** Looks at the address, before anything is asked of anybody. */
  async function mayReach({ key }: SourceObject): Promise<boolean> {
    if (reaches !== undefined) return reaches;
    const url = await signedUrl(source, keyIn(source, key));
    if (urlCopy?.reaches(url) === true) return true;
    giveUp(`the target cannot fetch from ${new URL(url).origin}`);
    return false;
  }

  return async (object, known) => {
    const { key, size } = object;
    // Who fetches a URL drops such segments from it.
    const lost = hasDotSegment(source.prefix + key);
    if (reaches === false || known.listed !== undefined || lost) return through(object, known);
    let rest = known;
    try {
      const fetched = (await mayReach(object)) ? await fetch(object) : undefined;
      if (fetched !== undefined) {
        reaches = true;
        return { key, size, sent: 0, state: "copied", ...fetched };
      }
    } catch (error) {
      lanes.signal.throwIfAborted();
      const failure = failureOf(error);
      if (failure.kind === "unsupported") giveUp(failure.message);
      // What lies there is compared on the way through here.
      else if (failure.kind === "precondition-failed") rest = { ...known, listed: "" };
      else if (!THROUGH_HERE.has(failure.kind)) {
        const state = failure.kind === "source-changed" ? "changed" : "failed";
        return { key, size, sent: 0, state, error: failure };
      }
    }
    return through(object, rest);
  };
}
