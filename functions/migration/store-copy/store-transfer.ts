import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import type { CopyFacts, StoreCopy } from "@remote-storage/core/storage/store-copy.ts";
import { keyIn } from "../bucket/requests.ts";
import { failureOf } from "../failure.ts";
import { inTurn, type Lanes } from "../lanes.ts";
import { SourceChangedError, type SourceObject } from "../source.ts";
import type { Uploads } from "../uploads.ts";
import { commonChecksum, compareFacts } from "./compare-facts.ts";
import type { CopyOutcome } from "./copy-outcome.ts";
import { copyInStoreParts } from "./store-parts.ts";

/** A prefix of a bucket. */
export interface CopyPlace {
  readonly bucket: Bucket;
  readonly prefix: string;
}

export interface StoreTransferOptions {
  readonly source: CopyPlace;
  readonly target: CopyPlace;
  readonly uploads: Uploads;
  /** Bytes that go in one request, if fewer than the store takes; larger objects go in parts. */
  readonly wholeUpTo?: number | undefined;
  /** Bytes of a part, if not the usual. */
  readonly part?: number | undefined;
}

/** Copied by the store in seconds, and few enough for the largest object that there can be. */
const USUAL_PART = 512 * 1024 ** 2;

/** Copies one object. Rejects only with the signal's reason. */
export type StoreTransfer = (object: SourceObject) => Promise<CopyOutcome>;

type Told = Pick<CopyOutcome, "state" | "etag" | "proof" | "error">;

/**
 * Has the store copy objects from place to place, exactly the versions that are named, never over another
 * object. Large ones go in parts and are gone on with where they were left. `undefined` where the
 * store does not copy between the two.
 */
export function createStoreTransfer(
  { source, target, uploads, part = USUAL_PART, wholeUpTo = Infinity }: StoreTransferOptions,
  lanes: Lanes,
): StoreTransfer | undefined {
  const { storeCopy: from } = source.bucket;
  const { storeCopy: to, multipart } = target.bucket;
  if (from === undefined || to === undefined || from.reach !== to.reach) return undefined;
  const { signal } = lanes;
  const largest = Math.min(wholeUpTo, to.limits.whole);
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    lanes.objects.run((report) => inTurn(lanes, report, work));

  const find = async (side: StoreCopy, key: ObjectKey): Promise<CopyFacts | undefined> => {
    try {
      return await call(() => side.facts(key, { signal }));
    } catch (error) {
      if (error instanceof StorageError && error.kind === "not-found") return undefined;
      throw error;
    }
  };
  const findTarget = ({ key }: SourceObject) => find(to, keyIn(target, key));
  const findSource = async ({ key, identity }: SourceObject): Promise<CopyFacts> => {
    const facts = await find(from, keyIn(source, key));
    if (facts?.etag === identity) return facts;
    throw new SourceChangedError("another version is there, or none");
  };

  const judge = async (object: SourceObject, found: CopyFacts): Promise<Told> => {
    const likeness = compareFacts(await findSource(object), found);
    const { etag } = found;
    if (likeness.result === "equal") {
      return { state: "equal", etag, ...(likeness.proof && { proof: likeness.proof }) };
    }
    const message = `another object lies in the target: ${likeness.how}`;
    return {
      state: "conflict",
      etag,
      error: { kind: "target-differs", message, retryable: false },
    };
  };

  const copy = async (object: SourceObject): Promise<Told> => {
    const { key: name, size, identity } = object;
    const key = keyIn(target, name);
    const version = { bucket: source.bucket.name, key: keyIn(source, name), etag: identity };
    try {
      if (size > largest) {
        const facts = await findSource(object);
        const { type, metadata, headers } = facts;
        await copyInStoreParts(
          {
            name,
            identity,
            key,
            size,
            description: { type, metadata, headers },
            known: (arrived) => arrived,
            copy: (upload, range) => to.part(key, upload, { ...version, range }, { signal }),
          },
          { multipart, uploads, part },
          lanes,
        );
        return proven(facts, await call(() => to.facts(key, { signal })));
      }
      const made = await call(() => to.whole(key, version, { signal }));
      lanes.onSent(size);
      // The etag proves most copies; for the others the source is looked at.
      return proven(made.etag === identity ? made : await findSource(object), made);
    } catch (error) {
      if (!(error instanceof StorageError) || !REFUSED.has(error.kind)) throw error;
      // Either side may have refused: another version in the source, or something in the target.
      const found = await findTarget(object);
      if (found !== undefined) return judge(object, found);
      await findSource(object);
      throw error;
    }
  };

  return async (object) => {
    const { key, size } = object;
    const counted = { key, size, sent: 0 };
    try {
      const found = await findTarget(object);
      return { ...counted, ...(await (found ? judge(object, found) : copy(object))) };
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error);
      const state = failure.kind === "source-changed" ? "changed" : "failed";
      return { ...counted, state, error: failure };
    }
  };
}

const REFUSED: ReadonlySet<string> = new Set(["precondition-failed", "not-found"]);

type Summed = Pick<CopyFacts, "etag" | "checksums">;

/** @throws StorageError `checksum-mismatch`. */
function proven(source: Summed, made: Summed): Told {
  const { etag } = made;
  const common = commonChecksum(source, made);
  if (common?.alike === false) {
    throw new StorageError("checksum-mismatch", `the store's copy has another ${common.name}`, {
      provider: "migration",
      operation: "copy",
    });
  }
  const proof = common?.name ?? (etag === source.etag ? "md5" : undefined);
  return { state: "copied", etag, ...(proof !== undefined && { proof }) };
}
