import { createBandwidth } from "./bandwidth.ts";
import { createCrowd } from "./crowd.ts";
import { createGate } from "./gate.ts";
import { type Journal, NO_JOURNAL, openJournal } from "./journal.ts";
import type { Lanes } from "./lanes.ts";
import { createListing } from "./listing.ts";
import { createMemoryBudget } from "./memory-budget.ts";
import type { Outcome } from "./outcome.ts";
import { createPatience } from "./patience.ts";
import { remembered, toEntry } from "./remembered.ts";
import { atSide, StopError } from "./stop.ts";
import { type PartSizes, USUAL_SIZES } from "./part-plan.ts";
import { retry } from "./retry.ts";
import type { Source, SourceObject } from "./source.ts";
import { type ChoiceOptions, chooseTransfer } from "./store-copy/choose-transfer.ts";
import type { Summary } from "./summary.ts";
import { createTally } from "./tally.ts";
import type { Target } from "./target.ts";
import { createTransfer, type Known } from "./transfer.ts";

export interface MigrationOptions {
  readonly source: Source;
  readonly target: Target;
  /** Path of the journal, a SQLite file; made when it is missing, its folder is not. */
  readonly journal: string;
  /** Keys without the source's prefix. Default: all. */
  readonly wanted?: (key: string) => boolean;
  /** Copy over other objects in the target. Default: they are conflicts. */
  readonly overwrite?: boolean;
  /** Says what would be done and does nothing; the journal is neither read nor written. */
  readonly dryRun?: boolean;
  /** Most requests at a time, 1 to 1024. How many there are in fact is found out. Default 256. */
  readonly concurrency?: number;
  /** Of what is sent. Default: no limit. */
  readonly bytesPerSecond?: number;
  /** Tries of each request. Default 10. */
  readonly attempts?: number;
  /** Default: 16 MiB, and parts of 8 MiB. */
  readonly sizes?: PartSizes;
  /** Both ends as buckets: where a store can copy between them it does so by itself. */
  readonly byStore?: Omit<ChoiceOptions, "uploads" | "overwrite" | "say">;
}

/** What the world gives. */
export interface MigrationContext {
  readonly now: () => Date;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Resolves after the milliseconds, or rejects with the signal's reason. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Ends the run: what was done is in the journal. */
  readonly signal: AbortSignal;
  readonly onOutcome?: (outcome: Outcome) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Takes sentences for people about the run as a whole. */
  readonly onNotice?: (message: string) => void;
}

export interface Progress {
  /** Objects that have an outcome. */
  readonly objects: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Found in the source so far; all of it once `scanned`. */
  readonly found: { readonly objects: number; readonly bytes: number };
  readonly scanned: boolean;
  /** Bytes that went to the target. */
  readonly sent: number;
  /** Requests at a time, as found out. */
  readonly concurrency: number;
}

const CONCURRENCY = 256;
const START = 16;
const ATTEMPTS = 10;

/** Parts under way at a time, over all objects, and objects that are sent in parts. */
const PARTS = 8;
const LARGE = 4;
/** Large objects that may wait for their turn while the small ones after them go on. */
const LARGE_WAITING = 1000;

/** Bytes of objects and parts that are held. As much again may wait for the garbage collector. */
const MEMORY = 48 * 1024 * 1024;

/**
 * Copies what the source has to the target, going on with what the journal remembers. It remembers, and is
 * never believed against what the target's listing shows: an object that was copied and is gone is
 * copied again.
 *
 * Ends early when the signal is aborted and when a side is not there or refuses everything; the summary says
 * so. No object's failure ends it, nor does it reject for one.
 *
 * @throws JournalBusyError, JournalMismatchError, or the system's error where the journal cannot be written.
 */
export async function runMigration(
  options: MigrationOptions,
  context: MigrationContext,
): Promise<Summary> {
  const { source, target, dryRun = false } = options;
  const journal = dryRun
    ? NO_JOURNAL
    : openJournal({ path: options.journal, source: source.name, target: target.name });
  try {
    return await migrate(journal, options, context);
  } finally {
    journal.close();
  }
}

async function migrate(
  journal: Journal,
  options: MigrationOptions,
  context: MigrationContext,
): Promise<Summary> {
  const { source, target, wanted = () => true, overwrite = false, dryRun = false } = options;
  const { concurrency: most = CONCURRENCY, attempts = ATTEMPTS, sizes = USUAL_SIZES } = options;
  const { clock, random, sleep, now, onOutcome, onProgress, onNotice = () => undefined } = context;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const tally = createTally();
  const patience = createPatience();
  const lanes: Lanes = {
    objects: createGate({ start: START, most, clock }),
    parts: createGate({ start: Math.min(PARTS, most), most: Math.min(PARTS, most), clock }),
    memory: createMemoryBudget(MEMORY),
    bandwidth: createBandwidth(options.bytesPerSecond, { clock, sleep, signal }),
    attempts,
    random,
    sleep,
    signal,
    onSent: tally.sent,
  };
  const { uploads } = journal;
  const through = createTransfer({ source, target, uploads, overwrite, dryRun, sizes }, lanes);
  const transfer =
    options.byStore === undefined || dryRun
      ? through
      : chooseTransfer({ ...options.byStore, uploads, overwrite, say: onNotice }, through, {
          ...lanes,
          // What a store copies is not sent by anybody.
          onSent: () => undefined,
        });
  const found = { objects: 0, bytes: 0 };
  let scanned = false;

  const settle = (outcome: Outcome, identity: string, earlier?: string): void => {
    tally.add(outcome);
    if (outcome.state !== "done-before") {
      const entry = toEntry(earlier, outcome, identity, now());
      if (entry !== undefined) journal.record(entry);
    }
    onOutcome?.(outcome);
    onProgress?.({
      objects: tally.objects,
      bytes: tally.bytes,
      found,
      scanned,
      sent: tally.sentBytes,
      concurrency: lanes.objects.limit,
    });
    const reason = patience.after(outcome);
    if (reason !== undefined) stop.abort(reason);
  };
  const work = async (object: SourceObject, known: Known): Promise<void> => {
    try {
      settle(await transfer(object, known), object.identity, known.ours);
    } catch (error) {
      // Stopped: what was under way is found again. Or the journal failed: nothing may go on without it.
      stop.abort(error);
    }
  };

  const small = createCrowd(() => lanes.objects.limit);
  const large = createCrowd(() => LARGE);
  const largeWaiting = createCrowd(() => LARGE_WAITING);
  try {
    const again = <T>(fetch: () => Promise<T>): Promise<T> =>
      retry(fetch, { ...lanes, onThrottle: () => undefined });
    const paging = { signal, again };
    const listing = createListing(atSide("target", target.pages(paging)));
    for await (const { objects, leftOut } of atSide("source", source.pages(paging))) {
      for (const { key, reason } of leftOut) {
        if (!wanted(key)) continue;
        const error = { kind: "left-out", message: reason, retryable: false };
        settle({ key, size: 0, state: "left-out", sent: 0, error }, "");
      }
      for (const object of objects) {
        signal.throwIfAborted();
        if (!wanted(object.key)) {
          tally.exclude();
          continue;
        }
        found.objects += 1;
        found.bytes += object.size;
        const looking = listing.find(object.key);
        const listed = (looking instanceof Promise ? await looking : looking)?.etag;
        const entry = journal.find(object.key);
        const done = remembered(object, entry, listed);
        if (done !== undefined) {
          settle(done, object.identity);
          continue;
        }
        const known: Known = {
          ...(listed !== undefined && { listed }),
          ...(entry?.etag !== undefined && { ours: entry.etag }),
        };
        const begun =
          object.size <= sizes.wholeUpTo
            ? small.add(() => work(object, known))
            : largeWaiting.add(async () => {
                await large.add(() => work(object, known));
              });
        if (begun !== undefined) await begun;
      }
    }
    scanned = true;
    await Promise.all([small.empty(), largeWaiting.empty(), large.empty()]);
    signal.throwIfAborted();
  } catch (error) {
    stop.abort(error);
    await Promise.all([small.empty(), largeWaiting.empty(), large.empty()]);
    if (context.signal.aborted) return tally.summary({ by: "signal" });
    const reason: unknown = signal.reason;
    if (reason instanceof StopError) return tally.summary(reason.stopped);
    throw reason;
  }
  if (tally.complete && !dryRun) journal.finish();
  return tally.summary(undefined);
}
