import type {
  CachedOriginal,
  CacheStatus,
  OriginalCache,
  PurgeScope,
  Source,
} from "@remote-storage/core/caches/caches.ts";
import type { Log } from "@remote-storage/core/log.ts";
import { describeError } from "@remote-storage/core/http/describe-error.ts";
import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { CacheStore, EntryKey } from "./cache-store.ts";
import { collect } from "./collect.ts";
import type { Counters } from "./counters.ts";
import { originalKey } from "./entry-key.ts";
import { createHeads, type Head } from "./heads.ts";
import { createOriginalReader } from "./original-reader.ts";
import { createRefusals } from "./refusals.ts";
import { createSingleFlight } from "./single-flight.ts";

/** Seconds that a refusal also answers those who ask a little later: an upload may mend it at any time. */
const REMEMBERED: Readonly<Partial<Record<ErrorKind, number>>> = {
  "not-found": 5,
  "no-bucket": 5,
  denied: 2,
  unavailable: 1,
  throttled: 1,
};

/** Seconds between two checks of an original while its store does not answer. */
const CHECK_PAUSE = 10;

/** Milliseconds after which those who come no longer wait for the one who asked the store first: half of what it has. */
export const PATIENCE = 15_000;

/** Milliseconds; confirmations closer together are not written to the store. */
const NOTE = 60_000;

export interface OriginalCacheOptions {
  readonly store: CacheStore;
  /** Milliseconds. */
  readonly expires: number;
  /** Seconds; see `Source.revalidate`. */
  readonly revalidate: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  readonly counters: Counters;
}

/** The storage cache with what only its opener needs. */
interface OpenedOriginalCache extends OriginalCache {
  /** Forgets what is not in the store. */
  purge(scope: PurgeScope): void;
  /** Resolves once nothing is checked any more that nobody waits for. */
  settled(): Promise<void>;
}

/** The storage cache over its store. */
export function createOriginalCache(options: OriginalCacheOptions): OpenedOriginalCache {
  const { store, revalidate, now, random, log } = options;
  const heads = createHeads(store, now);
  const refusals = createRefusals(now, random);
  const pauses = createRefusals(now, random);
  const flights = createSingleFlight<Head>({ milliseconds: PATIENCE, now });
  const reader = createOriginalReader(options);
  const checks = new Set<Promise<void>>();
  let generation = 0;

  /** What is under way may be of a version that is to be forgotten. */
  function restart(): void {
    generation += 1;
    refusals.clear();
    pauses.clear();
    flights.clear();
    reader.restart();
  }

  /** Asks the store for the object, unless it is still the version known. */
  async function ask(source: Source, key: EntryKey, known?: Head): Promise<Head> {
    const begun = generation;
    try {
      const head = await reader.fetch(source, known);
      if (begun === generation) heads.set(source, head);
      return head;
    } catch (error) {
      if (error instanceof StorageError && (known === undefined || isGone(error))) {
        heads.delete(source);
        await store.remove(key);
        refusals.remember(key.text, error, REMEMBERED[error.kind] ?? 0);
      }
      throw error;
    }
  }

  /** The head, checked if the store answers; what is known stays good enough while it does not. */
  async function check(source: Source, key: EntryKey, known: Head): Promise<Head> {
    const { text } = key;
    if (pauses.has(text)) return known;
    try {
      const head = await flights.run(text, () => ask(source, key, known)).value;
      if (head.confirmed - known.confirmed > NOTE) {
        await store.confirm(key, head.stat.etag, head.confirmed);
      }
      return head;
    } catch (error) {
      if (error instanceof StorageError && isGone(error)) throw error;
      const { provider, bucket } = source;
      log.warn({ provider, bucket, error: describeError(error) }, "stale while the store fails");
      pauses.remember(text, error, CHECK_PAUSE);
      return known;
    }
  }

  /** Whoever asks next is told what it has found, an error too. */
  function leave(checked: Promise<unknown>): void {
    const over = checked
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => checks.delete(over));
    checks.add(over);
  }

  function toOriginal(
    source: Source,
    key: EntryKey,
    head: Head,
    status: CacheStatus,
  ): CachedOriginal {
    const { stat, confirmed } = head;
    const whole = { start: 0, end: stat.size - 1 };
    return {
      id: source,
      stat,
      status,
      age: Math.max(0, (now() - confirmed) / 1000),
      cached: (range = whole) => reader.has(source, key, stat, range),
      read: (range = whole) => reader.read(source, key, stat, range),
      bytes: async (range = whole) => collect(await reader.read(source, key, stat, range)),
    };
  }

  return {
    async open(source) {
      const key = originalKey(source);
      const { text } = key;
      refusals.check(text);
      const known = await heads.find(source, key);
      if (known === undefined) {
        const { joined, value } = flights.run(text, () => ask(source, key));
        return toOriginal(source, key, await value, joined ? "collapsed" : "miss");
      }
      const age = now() - known.confirmed;
      const due = (source.revalidate ?? revalidate) * 1000;
      if (age >= 0 && age < due) return toOriginal(source, key, known, "hit");
      const checked = check(source, key, known);
      if (due > 0) {
        leave(checked);
        return toOriginal(source, key, known, "stale");
      }
      const head = await checked;
      if (head === known) return toOriginal(source, key, known, "stale");
      return toOriginal(
        source,
        key,
        head,
        head.stat.etag === known.stat.etag ? "revalidated" : "miss",
      );
    },
    async forget(id) {
      restart();
      heads.delete(id);
      await store.remove(originalKey(id));
    },
    purge(scope) {
      restart();
      heads.purge(scope);
    },
    async settled() {
      await Promise.all(checks);
    },
  };
}

/** The object is no longer there for us: what is cached of it must not be served either. */
function isGone({ kind }: StorageError): boolean {
  return kind === "not-found" || kind === "no-bucket" || kind === "denied";
}
