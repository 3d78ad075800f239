import type { S3Keys } from "@remote-storage/core/signing/s3-presigner.ts";

export interface Credentials extends S3Keys {
  /** Absent: they last until somebody changes them. */
  readonly expiresAt?: Date;
}

/** Where keys come from. The same object is answered until it is renewed, so it may key a cache. */
export interface CredentialSource {
  /** At once while good ones are at hand. Throws StorageError `credentials`. */
  current(): Credentials | Promise<Credentials>;
}

export function staticCredentials(keys: S3Keys): CredentialSource {
  return { current: () => keys };
}

/** Renewed this long before their end: room for slow renewals and for clocks that disagree. */
const MARGIN_MILLISECONDS = 5 * 60_000;

interface Held {
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. */
  readonly renewAt: number;
}

/**
 * Temporary credentials, kept until shortly before their end; callers that need new ones at the same
 * time share one `load`. When renewing fails, the old ones serve as long as they live.
 */
export function renewedCredentials(
  load: () => Promise<Credentials>,
  now: () => Date,
): CredentialSource {
  let held: Held | undefined;
  let loading: Promise<Credentials> | undefined;

  function hold(credentials: Credentials): Credentials {
    const time = now().getTime();
    const end = credentials.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    // Half of a life that is short already, so that a source which repeats itself is not asked each time.
    held = { credentials, renewAt: Math.max(end - MARGIN_MILLISECONDS, (time + end) / 2) };
    return credentials;
  }

  async function renew(): Promise<Credentials> {
    try {
      return hold(await load());
    } catch (error) {
      const end = held?.credentials.expiresAt;
      if (held === undefined || end === undefined || end <= now()) throw error;
      return hold(held.credentials);
    } finally {
      loading = undefined;
    }
  }

  return {
    current() {
      if (held !== undefined && now().getTime() < held.renewAt) return held.credentials;
      loading ??= renew();
      return loading;
    },
  };
}
