import { createBandwidth } from "../../migration/bandwidth.ts";
import { openBucketSource } from "../../migration/bucket/source.ts";
import { openBucketTarget } from "../../migration/bucket/target.ts";
import type { Wire } from "../../migration/bucket/wire.ts";
import { failureOf } from "../../migration/failure.ts";
import { createGate } from "../../migration/gate.ts";
import { inTurn, type Lanes } from "../../migration/lanes.ts";
import { createMemoryBudget } from "../../migration/memory-budget.ts";
import type { RetryContext } from "../../migration/retry.ts";
import type { SourceObject } from "../../migration/source.ts";
import type { CopyOutcome } from "../../migration/store-copy/copy-outcome.ts";
import { createStoreTransfer } from "../../migration/store-copy/store-transfer.ts";
import { createUrlTransfer } from "../../migration/store-copy/url-transfer.ts";
import { createTransfer } from "../../migration/transfer.ts";
import type { Uploads } from "../../migration/uploads.ts";
import type { Side } from "./sides.ts";

/** Both sides of a migration, with connections to them. */
export interface Sides {
  readonly source: Side;
  readonly target: Side;
  readonly wire: Wire;
}

export interface CopierContext extends RetryContext {
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
  readonly uploads: Uploads;
  /** Takes a sentence for people. */
  readonly say: (message: string) => void;
}

const MIB = 1024 ** 2;

/** Requests of one worker at a time. With 20 workers they make about 3,200 copies a second at 100 ms each. */
export const AT_A_TIME = 16;
/** Bytes in memory at a time, where the store does not copy by itself. */
const MEMORY = 512 * MIB;
/** Large parts are few: what is known of them travels from round to round. */
const SIZES = { wholeUpTo: 16 * MIB, part: 64 * MIB };
/** Tries of each request; a batch as a whole is tried again by Step Functions, with longer pauses. */
const ATTEMPTS = 6;

export interface Copier {
  /** Rejects only with the signal's reason. */
  copy(object: SourceObject): Promise<CopyOutcome>;
  /** Bytes that stores have taken. */
  sent(): number;
}

/** Has the stores copy what they can, and passes on the bytes of all else. Never over another object. */
export function createCopier(sides: Sides, context: CopierContext): Copier {
  const { source, target, wire } = sides;
  const { uploads, signal, clock, say } = context;
  const gate = () => createGate({ start: AT_A_TIME, most: AT_A_TIME, clock });
  let sent = 0;
  const lanes: Lanes = {
    ...context,
    objects: gate(),
    parts: gate(),
    memory: createMemoryBudget(MEMORY),
    bandwidth: createBandwidth(undefined, context),
    attempts: ATTEMPTS,
    onSent: (bytes) => (sent += bytes),
  };
  const byStore = createStoreTransfer({ source, target, uploads }, lanes);
  return { copy: byStore ?? passOn(), sent: () => sent };

  function passOn(): Copier["copy"] {
    const reading = openBucketSource({ ...source, wire });
    const writing = openBucketTarget({ ...target, wire });
    const ends = { source: reading, target: writing, uploads, sizes: SIZES };
    const through = createTransfer({ ...ends, overwrite: false, dryRun: false }, lanes);
    const transfer = createUrlTransfer(
      { source: { ...source, wire }, target, uploads, say },
      through,
      lanes,
    );
    return async (object) => {
      try {
        const listed = await lanes.objects.run((report) =>
          inTurn(lanes, report, () => writing.look(object.key, { signal })),
        );
        return await transfer(object, listed === undefined ? {} : { listed: listed.etag });
      } catch (error) {
        signal.throwIfAborted();
        const { key, size } = object;
        return { key, size, sent: 0, state: "failed", error: failureOf(error) };
      }
    };
  }
}
