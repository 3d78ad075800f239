import { Readable } from "node:stream";
import type {
  BlobClient,
  BlobDownloadResponseParsed,
  BlobRequestConditions,
} from "@azure/storage-blob";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { ByteRange, ReadOptions, ReadResult } from "@remote-storage/core/storage/provider.ts";
import { toBody } from "./body.ts";
import type { Container, Operation } from "./container.ts";
import { isUnchanged } from "./errors.ts";
import { blobOf, toStat } from "./stat.ts";

/** The SDK's own resumption is off: see {@link toBody}. */
const AS_IT_IS = { maxRetryRequests: 0 };

const NO_BYTE = "the range holds no byte of the object";

/** What is asked of Azure, which knows no suffix. */
interface Request {
  readonly offset: number;
  readonly count?: number;
  readonly conditions: BlobRequestConditions;
}

function offsets(container: Container, operation: Operation, range: ByteRange | undefined) {
  if (range === undefined) return { offset: 0 };
  if ("suffix" in range) return range;
  // Without a count the SDK would send no Range for a start of 0, and the answer not be partial.
  const { start, end = Number.MAX_SAFE_INTEGER - 1 } = range;
  if (end >= start) return { offset: start, count: end - start + 1 };
  const message = `the range ends at ${end}, before its start ${start}`;
  throw container.error("invalid-request", message, operation);
}

function toResult(
  key: ObjectKey,
  answer: BlobDownloadResponseParsed,
  body: ReadableStream<Uint8Array>,
): ReadResult {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.contentRange ?? "") ?? [];
  if (total !== undefined) {
    const range = { start: Number(first), end: Number(last) };
    return { state: "partial", stat: toStat(key, Number(total), answer), range, body };
  }
  const size = answer.contentLength ?? 0;
  const stat = toStat(key, size, answer);
  return { state: "full", stat, body, ...(size > 0 && { range: { start: 0, end: size - 1 } }) };
}

/**
 * Reads an object or a part of it. A suffix costs one request more, to learn the size; should the
 * object be replaced between the two, `precondition-failed` is thrown.
 */
export function readObject(
  container: Container,
  key: ObjectKey,
  options: ReadOptions = {},
): Promise<ReadResult> {
  const { range, ifMatch, ifNoneMatch, versionId, signal } = options;
  const operation = { operation: "read", key, signal };
  const asked = {
    ...(ifMatch !== undefined && { ifMatch }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
  };

  async function toRequest(blob: BlobClient, abortSignal: AbortSignal): Promise<Request> {
    const wish = offsets(container, operation, range);
    if (!("suffix" in wish)) return { ...wish, conditions: asked };
    const { contentLength = 0, etag } = await blob.getProperties({
      abortSignal,
      conditions: asked,
    });
    const count = Math.min(wish.suffix, contentLength);
    if (count === 0) {
      throw container.error("range-not-satisfiable", NO_BYTE, operation);
    }
    const conditions = { ...asked, ...(etag !== undefined && { ifMatch: etag }) };
    return { offset: contentLength - count, count, conditions };
  }

  /** The rest of a download that broke off, of the same object only. */
  function resume(offset: number, count: number, etag: string): Promise<Readable> {
    return container.call(operation, async (client, abortSignal) => {
      const answer = await blobOf(client, key, versionId).download(offset, count, {
        ...AS_IT_IS,
        abortSignal,
        conditions: { ifMatch: etag },
      });
      const source = toSource(answer);
      if (answer.contentRange?.startsWith(`bytes ${offset}-`) === true) return source;
      source.destroy();
      throw new Error(`the answer does not start at ${offset}, as asked`);
    });
  }

  return container.call(operation, async (client, abortSignal) => {
    const blob = blobOf(client, key, versionId);
    try {
      const { offset, count, conditions } = await toRequest(blob, abortSignal);
      const answer = await blob.download(offset, count, { ...AS_IT_IS, abortSignal, conditions });
      const source = toSource(answer);
      const { contentLength: length = 0, etag = "" } = answer;
      if (range !== undefined && length === 0) {
        source.destroy();
        throw container.error("range-not-satisfiable", NO_BYTE, operation);
      }
      const body = toBody(
        source,
        (received) => resume(offset + received, length - received, etag),
        container,
        operation,
      );
      return toResult(key, answer, body);
    } catch (error) {
      if (ifNoneMatch === undefined || !isUnchanged(error)) throw error;
      return { state: "unchanged", etag: ifNoneMatch };
    }
  });
}

function toSource(answer: BlobDownloadResponseParsed): Readable {
  if (answer.readableStreamBody instanceof Readable) return answer.readableStreamBody;
  throw new Error("the answer has no body");
}
