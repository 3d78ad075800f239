import type { S3Keys } from "@remote-storage/core/signing/s3-presigner.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { createRest } from "@remote-storage/core/storage/rest.ts";

export interface Credentials extends S3Keys {
  /** Absent: they last until somebody changes them, or (with a session token) nobody says how long. */
  readonly expiresAt?: Date;
}

/** Where keys come from. The same object is answered until it is renewed, so it may key a cache. */
export interface CredentialSource {
  /**
   * Keys that last another `seconds` where the source can give such, else those that last longest. At
   * once while good ones are at hand. Throws StorageError `credentials`.
   */
  current(seconds?: number): Credentials | Promise<Credentials>;
}

export function staticCredentials(keys: Credentials): CredentialSource {
  return { current: () => keys };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Keys of which nobody says how long they last are looked for again after this time: files change. */
const UNTOLD = 15 * MINUTE;
/** Keys are not renewed more often, however long the signatures that are wished for. */
const LEAST_AGE = 5 * MINUTE;
/** Who comes so long after a load began does not wait for it while the old ones live. */
const SLOW = 2 * SECOND;
/** Who comes after this time no longer waits for a load that has not come back: it may have been frozen with its host. */
const ABANDONED = MINUTE;

interface Held {
  readonly credentials: Credentials;
  /** Milliseconds since the epoch, as all times here. */
  readonly since: number;
  readonly end: number;
}

interface Loading {
  readonly since: number;
  readonly result: Promise<Credentials>;
}

/**
 * Temporary credentials, renewed before their end: behind the scenes once half of their life is over or
 * a signature outlasts them, before the answer when both are so. One `load` serves all who wait. When
 * it fails, the old ones serve to their end, and it is tried again after a pause.
 */
export function renewedCredentials(
  load: () => Promise<Credentials>,
  now: () => Date,
): CredentialSource {
  let held: Held | undefined;
  let loading: Loading | undefined;
  const rest = createRest(now);

  async function renew(since: number): Promise<Credentials> {
    try {
      const credentials = await load();
      const end = credentials.expiresAt?.getTime() ?? Infinity;
      if (end <= now().getTime()) throw ended();
      rest.end();
      if (held === undefined || held.since <= since) held = { credentials, since, end };
      return credentials;
    } catch (error) {
      rest.begin(error);
      if (held === undefined || held.end <= now().getTime()) throw error;
      return held.credentials;
    } finally {
      if (loading?.since === since) loading = undefined;
    }
  }

  async function renewed(time: number): Promise<Credentials> {
    if (loading === undefined || time - loading.since > ABANDONED) {
      loading = { since: time, result: renew(time) };
    }
    return loading.result;
  }

  return {
    current(seconds = 0) {
      const time = now().getTime();
      if (held === undefined || time >= held.end) {
        const failed = rest.current();
        if (failed !== undefined) throw failed.error;
        return renewed(time);
      }
      const { credentials, since, end } = held;
      const age = time - since;
      const young = age < (end === Infinity ? UNTOLD : (end - since) / 2);
      const covers = end - time >= seconds * SECOND;
      if ((young && (covers || age < LEAST_AGE)) || rest.current()) return credentials;
      const slow = loading !== undefined && time - loading.since > SLOW;
      const next = renewed(time);
      if (!young && !covers && !slow) return next;
      // It fails only when the credentials have ended meanwhile, which the next caller is told.
      next.catch(() => undefined);
      return credentials;
    },
  };
}

function ended(): StorageError {
  return new StorageError(
    "credentials",
    "the credentials that were found have ended already, by this machine's clock",
    { provider: "minio", operation: "credentials" },
  );
}
