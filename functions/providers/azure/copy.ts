import type { BlobClient } from "@azure/storage-blob";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { ObjectStat } from "@remote-storage/core/storage/provider.ts";
import type { Container } from "./container.ts";
import type { Sign } from "./sign.ts";
import { statObject, toStat } from "./stat.ts";

/** Up to here Azure copies within one request, and the target changes only when all is there. */
export const SYNC_COPY_LIMIT = 256 * 1024 * 1024;

/** Of a copy at most, and of the signature by which the store reads its source. */
export const COPY_SECONDS = 3600;
const POLL_MILLISECONDS = 1000;

interface Place {
  readonly container: Container;
  readonly key: ObjectKey;
}

interface Copied {
  readonly etag?: string;
  readonly lastModified?: Date;
  readonly versionId?: string;
}

/** A URL by which the store reads the source of a copy. */
export async function signSource(sign: Sign, key: ObjectKey): Promise<string> {
  return (await sign({ method: "GET", key, expires: COPY_SECONDS })).url;
}

async function copyLarge(
  blob: BlobClient,
  source: string,
  options: { readonly abortSignal: AbortSignal; readonly sourceConditions: { ifMatch: string } },
): Promise<Copied> {
  const poller = await blob.beginCopyFromURL(source, {
    ...options,
    intervalInMs: POLL_MILLISECONDS,
  });
  try {
    return await poller.pollUntilDone();
  } catch (error) {
    if (options.abortSignal.aborted) await poller.cancelOperation();
    throw error;
  }
}

/**
 * Copies within the account, by the store alone, the very object that was found at first: should it
 * be replaced meanwhile, `precondition-failed` is thrown. Properties and metadata go with it. A large
 * copy that is aborted or fails may leave an empty object in the target's place.
 *
 * @param sign signs the reading of the source, for the store to use.
 * @param syncLimit bytes; larger objects are copied by a job of the store that is waited for.
 * @see https://learn.microsoft.com/rest/api/storageservices/copy-blob-from-url
 */
export async function copyObject(
  from: Place,
  to: Place,
  sign: Sign,
  signal?: AbortSignal,
  syncLimit: number = SYNC_COPY_LIMIT,
): Promise<ObjectStat> {
  const { size, type, etag } = await statObject(
    from.container,
    from.key,
    signal && { signal },
    "copy",
  );
  const url = await signSource(sign, from.key);
  const operation = { operation: "copy", key: to.key, signal, seconds: COPY_SECONDS };
  return to.container.call(operation, async (client, abortSignal) => {
    const blob = client.getBlobClient(to.key);
    const options = { abortSignal, sourceConditions: { ifMatch: etag } };
    const copied: Copied =
      size <= syncLimit
        ? await blob.syncCopyFromURL(url, options)
        : await copyLarge(blob, url, options);
    return toStat(to.key, size, { ...copied, contentType: type });
  });
}
