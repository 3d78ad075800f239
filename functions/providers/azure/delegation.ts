import type { BlobServiceClient } from "@azure/storage-blob";
import type { UserDelegationKey } from "@remote-storage/core/signing/azure-presigner.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { createRest } from "@remote-storage/core/storage/rest.ts";
import { toStorageError } from "./errors.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Azure gives a key for seven days at most; some minutes less, since its clock is not ours. */
const LONGEST = 7 * 24 * HOUR - 15 * MINUTE;
/** A key is asked for so much longer than the signature that wants it, to serve those that follow. */
const BEYOND = 6 * HOUR;
/** A key must outlast a signature by so much. */
const MARGIN = 5 * MINUTE;
/** A new key is fetched so long before one is missed: nobody waits for it. */
const EARLY = HOUR;
/** A key of full length is not renewed more often, though it no longer covers the longest signatures. */
const RENEWAL = HOUR;
/** A key that started just now by our clock has not started yet by a clock that is behind. */
const BACKDATED = 15 * MINUTE;
/** Who comes after this time no longer waits for an answer: the request may have been frozen with its host. */
const ABANDONED = 2 * MINUTE;

export type FetchDelegationKey = (startsOn: Date, expiresOn: Date) => Promise<UserDelegationKey>;

/**
 * Answers with a key for a signature of `seconds`: at once when one is at hand, else from Azure. It is
 * never past its end, and shorter than the signature only when Azure would not give one that is longer.
 */
export type DelegationKeys = (seconds: number) => UserDelegationKey | Promise<UserDelegationKey>;

interface Flight {
  readonly since: number;
  readonly until: number;
  readonly key: Promise<UserDelegationKey>;
}

/**
 * Keeps one user delegation key for an account and identity. However many signatures need a new key
 * at the same time, one request is made, and behind the scenes where it can be. When it fails, the key
 * at hand serves to its end, and the request is made again after a pause.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key
 */
export function createDelegationKeys(fetch: FetchDelegationKey, now: () => Date): DelegationKeys {
  let current: UserDelegationKey | undefined;
  let flight: Flight | undefined;
  const rest = createRest(now);

  const left = (key: UserDelegationKey): number => key.signedExpiresOn.getTime() - now().getTime();

  async function renew(since: number, until: number): Promise<UserDelegationKey> {
    try {
      const key = await fetch(new Date(since - BACKDATED), new Date(until));
      rest.end();
      if (current === undefined || left(key) > left(current)) current = key;
      return key;
    } catch (error) {
      rest.begin(error);
      if (current !== undefined && left(current) > 0) return current;
      throw error;
    } finally {
      if (flight?.until === until) flight = undefined;
    }
  }

  async function renewed(life: number, needed: number): Promise<UserDelegationKey> {
    const time = now().getTime();
    const fits = flight !== undefined && flight.until >= time + needed;
    if (flight === undefined || !fits || time - flight.since > ABANDONED) {
      const until = time + Math.min(life + BEYOND, LONGEST);
      flight = { since: time, until, key: renew(time, until) };
    }
    return flight.key;
  }

  return (seconds) => {
    const life = seconds * 1000;
    const needed = Math.min(life + MARGIN, LONGEST - 2 * RENEWAL);
    const failed = rest.current();
    if (current === undefined || left(current) <= 0) {
      if (failed !== undefined) throw failed.error;
      return renewed(life, needed);
    }
    const soon = Math.min(life + MARGIN + EARLY, LONGEST - RENEWAL);
    if (left(current) >= soon || failed !== undefined) return current;
    const next = renewed(life, needed);
    if (left(current) < needed) return next;
    // It fails only when the key has ended meanwhile, which the next caller is told.
    next.catch(() => undefined);
    return current;
  };
}

const REQUEST_SECONDS = 60;

/** Asks Azure for a key; it takes an identity with the role Storage Blob Delegator on the account. */
export function createDelegationRequest(
  client: () => Promise<BlobServiceClient>,
): FetchDelegationKey {
  const place = { provider: "azure", operation: "sign" };
  return async (startsOn, expiresOn) => {
    const abortSignal = AbortSignal.timeout(REQUEST_SECONDS * 1000);
    try {
      return await (await client()).getUserDelegationKey(startsOn, expiresOn, { abortSignal });
    } catch (thrown) {
      if (abortSignal.aborted) {
        const message = `no user delegation key came within ${REQUEST_SECONDS} s`;
        throw new StorageError("timeout", message, place, thrown);
      }
      const error = toStorageError(thrown, place);
      if (error.kind !== "denied") throw error;
      const message = "the identity lacks the role Storage Blob Delegator, needed to sign";
      throw new StorageError("credentials", message, place, thrown);
    }
  };
}
