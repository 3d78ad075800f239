import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type {
  Multipart,
  ObjectStat,
  UploadedPart,
  UploadOptions,
} from "@remote-storage/core/storage/provider.ts";
import { inTurn, type Lanes } from "../lanes.ts";
import { partSizeOf, slicesOf } from "../part-plan.ts";
import type { Slice } from "../source.ts";
import type { Uploads } from "../uploads.ts";

/** Where parts are put together. */
export interface StoreParts {
  readonly multipart: Multipart;
  readonly uploads: Uploads;
  /** Bytes of a part, while there are not too many of them. */
  readonly part: number;
}

/** One version, to be copied under a key by what the target does alone. */
export interface PartsCopy<Part extends UploadedPart> {
  /** Names it among the uploads. */
  readonly name: string;
  /** Parts of another version are not gone on with. */
  readonly identity: string;
  readonly key: ObjectKey;
  /** Bytes. */
  readonly size: number;
  /** What the copy gets beside its bytes. */
  readonly description: Omit<UploadOptions, "signal">;
  /** Of the parts that have arrived before those to go on with. */
  known(arrived: readonly UploadedPart[]): readonly Part[];
  /** One attempt; both ends of the range included. */
  copy(
    upload: { readonly id: string; readonly number: number },
    range: { readonly start: number; readonly end: number },
  ): Promise<Part>;
  /** Throws when the parts, by number, are not what was to be copied: then nothing is made of them. */
  check?(parts: readonly Part[]): void;
}

/**
 * Has the store copy one version in parts, going on with those that have arrived before. What may succeed
 * later stays begun; all else is cleared away.
 */
export async function copyInStoreParts<Part extends UploadedPart>(
  object: PartsCopy<Part>,
  { multipart, uploads, part }: StoreParts,
  lanes: Lanes,
): Promise<ObjectStat> {
  const { name, identity, key, size } = object;
  const { signal } = lanes;
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    lanes.objects.run((report) => inTurn(lanes, report, work));
  const description = { ...object.description, signal };
  const known = uploads.find(name);
  const begun = known?.identity === identity ? known : undefined;
  const partSize = begun?.partSize ?? partSizeOf(size, multipart.limits, { part });
  const id = begun?.id ?? (await call(() => multipart.create(key, description)));
  if (begun === undefined) uploads.begin(name, { id, identity, partSize });

  const copyPart = (number: number, { start, length }: Slice): Promise<Part> =>
    lanes.parts.run(async (report) => {
      const range = { start, end: start + length - 1 };
      const copied = await inTurn(lanes, report, () => object.copy({ id, number }, range));
      lanes.onSent(length);
      report.succeeded(length);
      return copied;
    });

  try {
    const before =
      begun === undefined ? [] : await call(() => multipart.parts(key, id, { signal }));
    const arrived = new Map(object.known(before).map((each) => [each.number, each]));
    const copied = await Promise.allSettled(
      slicesOf(size, partSize).map(
        async (slice, index) => arrived.get(index + 1) ?? copyPart(index + 1, slice),
      ),
    );
    const parts = copied.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
    object.check?.(parts);
    const made = await call(() =>
      multipart.complete(key, id, parts, { ...description, ifAbsent: true }),
    );
    uploads.end(name);
    return made;
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
