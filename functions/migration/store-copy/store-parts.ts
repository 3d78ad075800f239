import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { Multipart, UploadedPart } from "@remote-storage/core/storage/provider.ts";
import type { CopyFacts, CopySource, StoreCopy } from "@remote-storage/core/storage/store-copy.ts";
import { inTurn, type Lanes } from "../lanes.ts";
import { slicesOf } from "../part-plan.ts";
import type { Slice } from "../source.ts";
import type { Uploads } from "../uploads.ts";

export interface StoreParts {
  readonly to: StoreCopy;
  readonly multipart: Multipart;
  readonly uploads: Uploads;
  /** Bytes of a part, if not the usual. */
  readonly part?: number | undefined;
}

/** One version, to be copied under a key. */
export interface PartsCopy {
  /** Names it among the uploads. */
  readonly name: string;
  readonly key: ObjectKey;
  readonly version: CopySource;
  readonly facts: CopyFacts;
}

const MIB = 1024 ** 2;
/** Copied by the store in seconds, and few enough for the largest object that there can be. */
const USUAL_PART = 512 * MIB;

/**
 * Has the store copy one version in parts, going on with those that have arrived before. What may succeed
 * later stays begun; all else is cleared away.
 */
export async function copyInStoreParts(
  { name, key, version, facts }: PartsCopy,
  { to, multipart, uploads, part }: StoreParts,
  lanes: Lanes,
): Promise<void> {
  const { signal } = lanes;
  const { size, type, metadata, headers } = facts;
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    lanes.objects.run((report) => inTurn(lanes, report, work));
  const description = { type, metadata, headers, signal };
  const known = uploads.find(name);
  const begun = known?.identity === version.etag ? known : undefined;
  const fewest = Math.ceil(size / multipart.limits.maxParts / MIB) * MIB;
  const partSize = begun?.partSize ?? Math.max(part ?? USUAL_PART, fewest);
  const id = begun?.id ?? (await call(() => multipart.create(key, description)));
  if (begun === undefined) uploads.begin(name, { id, identity: version.etag, partSize });

  const copyPart = (number: number, { start, length }: Slice): Promise<UploadedPart> =>
    lanes.parts.run(async (report) => {
      const range = { start, end: start + length - 1 };
      const source = { ...version, range };
      const copied = await inTurn(lanes, report, () =>
        to.part(key, { id, number }, source, { signal }),
      );
      lanes.onSent(length);
      report.succeeded(length);
      return copied;
    });

  try {
    const before =
      begun === undefined ? [] : await call(() => multipart.parts(key, id, { signal }));
    const arrived = new Map(before.map((each) => [each.number, each]));
    const copied = await Promise.allSettled(
      slicesOf(size, partSize).map(
        async (slice, index) => arrived.get(index + 1) ?? copyPart(index + 1, slice),
      ),
    );
    const parts = copied.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
    await call(() => multipart.complete(key, id, parts, { ...description, ifAbsent: true }));
    uploads.end(name);
  } catch (error) {
    const later = signal.aborted || (error instanceof StorageError && error.retryable);
    if (!later) {
      uploads.end(name);
      // What cannot be cleared away now, the bucket's lifecycle rule clears.
      await Promise.allSettled([multipart.abort(key, id)]);
    }
    throw error;
  }
}
