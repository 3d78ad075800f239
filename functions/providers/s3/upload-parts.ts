import type { SentPart, Upload } from "./complete.ts";
import type { Call, Store } from "./store.ts";
import { MAX_PARTS } from "./upload.ts";

const MIB = 1024 * 1024;
const SMALLEST_PART = 8 * MIB;
/** With parts of 8 MiB in flight: 32 MiB of memory for one write. */
const CONCURRENCY = 4;
/** Parts of a body of unknown length double after this many, so that 10,000 reach hundreds of GiB. */
const DOUBLING = 2000;

/** Bytes of a part, so that 10,000 parts are enough. */
export function partSize(number: number, size: number | undefined): number {
  if (size !== undefined) return Math.max(SMALLEST_PART, Math.ceil(size / MAX_PARTS));
  return SMALLEST_PART * 2 ** Math.floor((number - 1) / DOUBLING);
}

/** Sends pieces as parts, a few at a time. It ends, well or not, only when no part is under way any more. */
export async function uploadParts(
  store: Store,
  call: Call,
  upload: Upload,
  pieces: AsyncIterable<Uint8Array>,
): Promise<readonly SentPart[]> {
  const sent: Promise<SentPart>[] = [];
  const flying = new Set<Promise<unknown>>();
  const failures: unknown[] = [];
  try {
    for await (const Body of pieces) {
      const PartNumber = sent.length + 1;
      const part = store
        .run(call, (s3, http) => s3.uploadPart({ ...upload, PartNumber, Body }, http))
        .then(({ ETag }) => ({ PartNumber, ETag }));
      sent.push(part);
      const settled: Promise<unknown> = part
        .catch((error: unknown) => failures.push(error))
        .finally(() => flying.delete(settled));
      flying.add(settled);
      if (flying.size >= CONCURRENCY) await Promise.race(flying);
      // The source is not read to its end for an upload that has failed.
      if (failures.length > 0) break;
    }
  } finally {
    // An abort that overtakes a part would leave it in the store.
    await Promise.all(flying);
  }
  return Promise.all(sent);
}
