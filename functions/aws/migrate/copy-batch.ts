import type { ManifestItem } from "../../migration/manifest/manifest-item.ts";
import { COMPLETE } from "../../migration/outcome.ts";
import type { SourceObject } from "../../migration/source.ts";
import type { CopyOutcome } from "../../migration/store-copy/copy-outcome.ts";
import type { Uploads } from "../../migration/uploads.ts";
import type { Batch } from "./batch.ts";
import { BatchError, NoProgressError } from "./batch-error.ts";

export interface BatchContext {
  /** Copies one object; rejects only with the signal's reason. */
  readonly copy: (object: SourceObject) => Promise<CopyOutcome>;
  readonly uploads: Uploads;
  /** Objects at a time. */
  readonly atATime: number;
  /** Aborted when the worker's time is nearly over. */
  readonly signal: AbortSignal;
  /** Bytes that stores have taken so far in this round. */
  readonly sent: () => number;
}

/** Bytes of JSON that all unfinished uploads may have: they travel in Step Functions' states, with all else. */
const MOST_UPLOADS = 64 * 1024;

/**
 * Copies what is left of a batch, until all is done or the signal ends the round. Objects that failed stay
 * among the items until the last round: what a redrive runs again is the last round alone.
 *
 * @throws BatchError in the last round when an object is not copied; NoProgressError when a whole round has brought nothing.
 */
export async function copyBatch(
  { Items, done = [] }: Batch,
  { copy, uploads, atATime, signal, sent }: BatchContext,
): Promise<Batch> {
  const copied: CopyOutcome[] = [];
  const failed = new Map<string, CopyOutcome>();
  const unfinished = new Set(Items);
  const queue = Items.values();

  const lane = async (): Promise<void> => {
    for (const item of queue) {
      if (signal.aborted) return;
      try {
        const outcome = await copy(toObject(item));
        unfinished.delete(item);
        if (COMPLETE.has(outcome.state)) copied.push(outcome);
        else failed.set(item.key, outcome);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, lane));

  if (unfinished.size === 0) {
    if (failed.size > 0) throw new BatchError([...failed.values()], Items.length);
    return { Items: [], done: [...done, ...copied] };
  }
  if (copied.length === 0 && sent() === 0) {
    throw new NoProgressError(`a whole round has copied nothing of ${Items.length} objects`);
  }
  const left = withUploads([...unfinished], uploads);
  const again = Items.filter(({ key }) => failed.has(key));
  return { Items: [...left, ...again], done: [...done, ...copied] };
}

const toObject = ({ key, size, etag, modified }: ManifestItem): SourceObject => ({
  key,
  size,
  identity: etag,
  modified: new Date(modified),
});

/** Without the uploads that would not fit: they begin anew, and the bucket's lifecycle rule clears them away. */
function withUploads(items: readonly ManifestItem[], uploads: Uploads): readonly ManifestItem[] {
  let room = MOST_UPLOADS;
  return items.map(({ key, size, etag, modified }) => {
    const item = { key, size, etag, modified };
    const upload = uploads.find(key);
    if (upload === undefined) return item;
    const length = JSON.stringify(upload).length;
    if (length > room) return item;
    room -= length;
    return { ...item, upload };
  });
}
