import type { Health } from "./health.ts";
import { type ErrorKind, StorageError } from "./storage/errors.ts";
import { parseKey } from "./storage/key.ts";
import type { Bucket } from "./storage/provider.ts";

const PART = "storage";

/** Nobody's object: that it is missing is a sign of life. */
const KEY = parseKey(".remote-storage/health");

/** Milliseconds for which one look counts: `GET /health` is open, and looks cost money. */
const FRESH = 30_000;

/** Milliseconds after which a store that does not answer is taken for unreachable. */
const PATIENCE = 5000;

/** What makes the storage unusable, whoever asks. A missing object, or one that may not be looked at, does not. */
const UNUSABLE: Partial<Record<ErrorKind, string>> = {
  unavailable: "it cannot be reached, or fails",
  timeout: "it does not answer in time",
  throttled: "it asks to slow down",
  credentials: "it does not accept the configured credentials",
  "no-bucket": "the private bucket does not exist",
  "wrong-region": "the private bucket is in another region",
};

/**
 * `health` that also looks at the storage: whoever asks what is degraded gets the last look's result at
 * once, and sets off the next one when that is older than half a minute. The first answer knows nothing yet.
 */
export function watchStorage(health: Health, bucket: Bucket, now: () => Date): Health {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking = false;

  async function look(): Promise<void> {
    const meaning = await troubleOf(bucket);
    if (meaning === undefined) health.mend(PART);
    else health.report(PART, meaning);
    looking = false;
  }

  return {
    ...health,
    degraded() {
      const time = now().getTime();
      if (!looking && time - lookedAt >= FRESH) {
        looking = true;
        lookedAt = time;
        void look();
      }
      return health.degraded();
    },
  };
}

/** Never rejects. */
async function troubleOf(bucket: Bucket): Promise<string | undefined> {
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    await bucket.stat(KEY, { signal });
    return undefined;
  } catch (error) {
    if (signal.aborted) return UNUSABLE.timeout;
    return error instanceof StorageError ? UNUSABLE[error.kind] : UNUSABLE.unavailable;
  }
}
