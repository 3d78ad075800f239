import { crc32 } from "node:zlib";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { compare, type Comparison } from "./compare.ts";
import { failureOf } from "./failure.ts";
import { type Copied, copyInParts, type Ends } from "./in-parts.ts";
import { inTurn, type Lanes } from "./lanes.ts";
import type { Outcome } from "./outcome.ts";
import type { SourceObject } from "./source.ts";
import { toHex } from "./sums.ts";
import type { Looked } from "./target.ts";

export interface TransferOptions extends Ends {
  /** Copy over other objects in the target. */
  readonly overwrite: boolean;
  /** Say what would be done, and do not do it. */
  readonly dryRun: boolean;
}

/** What is known of the target before an object is transferred. */
export interface Known {
  /** The etag of what its listing shows under the key; absent: it shows nothing. */
  readonly listed?: string;
  /** The etag of what an earlier run has written there: that may be written over. */
  readonly ours?: string;
}

/** Transfers one object. Rejects only with the signal's reason. */
export type Transfer = (object: SourceObject, known: Known) => Promise<Outcome>;

/** Smaller objects are not counted in the memory's budget: all that are under way fit beside it. */
const NEGLIGIBLE = 64 * 1024;

/**
 * Copies one object after the other, or many at a time, from source to target: with its checksum bound into
 * the request and compared with the store's answer, never over another object unless `overwrite` says so.
 */
export function createTransfer(options: TransferOptions, lanes: Lanes): Transfer {
  const { source, target, overwrite, dryRun } = options;
  const { signal } = lanes;

  async function transfer(object: SourceObject, { listed, ours }: Known): Promise<Outcome> {
    const tally = { sent: 0 };
    const own: Lanes = {
      ...lanes,
      onSent: (bytes) => {
        tally.sent += bytes;
        lanes.onSent(bytes);
      },
    };
    const { key, size } = object;
    const outcome = (rest: Pick<Outcome, "state"> & Partial<Outcome>): Outcome => ({
      key,
      size,
      sent: tally.sent,
      ...rest,
    });
    try {
      let replace = listed !== undefined && listed === ours;
      if (listed !== undefined && !replace) {
        const found = await examine(object);
        if (found?.comparison.result === "equal")
          return outcome({ state: "equal", ...found.facts });
        if (found !== undefined && !overwrite) {
          return outcome({ state: "conflict", error: conflict(found.comparison) });
        }
        replace = found !== undefined;
      }
      if (dryRun) return outcome({ state: replace ? "would-replace" : "would-copy" });
      const copied = await copy(object, replace, own);
      return outcome({ state: "copied", ...copied });
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error);
      return outcome({ state: STATES[failure.kind] ?? "failed", error: failure });
    }
  }

  async function copy(object: SourceObject, replace: boolean, own: Lanes): Promise<Facts> {
    try {
      const large = object.size > options.sizes.wholeUpTo;
      return factsOf(
        large
          ? await copyInParts(object, replace, options, own)
          : await copyWhole(object, replace, own),
      );
    } catch (error) {
      // The reply to our own write may have been lost, and the try after it met what it had written.
      if (!(error instanceof StorageError) || !TAKEN.has(error.kind)) throw error;
      const [looked] = await Promise.allSettled([examine(object)]);
      const found = looked.status === "fulfilled" ? looked.value : undefined;
      if (found === undefined) throw error;
      if (found.comparison.result === "equal") return found.facts;
      throw new StorageError(
        "precondition-failed",
        conflict(found.comparison).message,
        error.place,
      );
    }
  }

  function copyWhole(object: SourceObject, replace: boolean, own: Lanes): Promise<Copied> {
    const { key, size } = object;
    const work = () =>
      own.objects.run(async (report) => {
        const { bytes, ...description } = await inTurn(own, report, () =>
          source.read(object, undefined, { signal }),
        );
        const sum = crc32(bytes);
        const stored = await inTurn(own, report, async () => {
          await own.bandwidth.take(size);
          const onSend = () => {
            own.onSent(size);
          };
          return target.put(key, bytes, sum, description, { replace, signal, onSend });
        });
        report.succeeded(size);
        return { ...stored, crc32: sum };
      });
    return size <= NEGLIGIBLE ? work() : own.memory.hold(size, work);
  }

  /** Compares with what lies in the target. */
  async function examine(object: SourceObject): Promise<Examined | undefined> {
    return lanes.objects.run(async (report) => {
      const call = <T>(work: () => T | Promise<T>) => inTurn(lanes, report, work);
      const looked = await call(() => target.look(object.key, { signal }));
      if (looked === undefined) return undefined;
      const { etag } = looked;
      const comparison = await compare(object, looked, {
        source: (slice) => call(() => source.read(object, slice, { signal })),
        target: (slice) => call(() => target.read({ ...object, etag }, slice, { signal })),
      });
      return { comparison, facts: factsIn(comparison, looked) };
    });
  }

  return transfer;
}

type Facts = Pick<Outcome, "crc32" | "etag" | "proof">;

interface Examined {
  readonly comparison: Comparison;
  readonly facts: Facts;
}

const STATES: Readonly<Record<string, Outcome["state"]>> = {
  "source-changed": "changed",
  "precondition-failed": "conflict",
};

/** How stores refuse what is done already. */
const TAKEN: ReadonlySet<string> = new Set([
  "precondition-failed",
  "conflict",
  "not-found",
  // Azure: a signature that may only create may not replace.
  "denied",
]);

function factsOf({ crc32: sum, etag, proof }: Copied): Facts {
  return { crc32: toHex(sum), etag, proof };
}

function factsIn(comparison: Comparison, { etag }: Looked): Facts {
  if (comparison.result !== "equal") return { etag };
  const { crc32: sum, proof } = comparison;
  return {
    etag,
    ...(sum !== undefined && { crc32: toHex(sum) }),
    ...(proof !== undefined && { proof }),
  };
}

function conflict(comparison: Comparison): Outcome["error"] & {} {
  const how = comparison.result === "differs" ? comparison.how : "";
  const message = `another object lies in the target: ${how}`;
  return { kind: "target-differs", message, retryable: false };
}
