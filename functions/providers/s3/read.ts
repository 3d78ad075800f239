import { Readable } from "node:stream";
import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { ByteRange, ReadOptions, ReadResult } from "@remote-storage/core/storage/provider.ts";
import { toBody } from "./body.ts";
import { statusOf } from "./errors.ts";
import { stat, toStat } from "./stat.ts";
import type { Call, Store } from "./store.ts";

const NOT_MODIFIED = 304;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export async function read(
  store: Store,
  key: ObjectKey,
  options: ReadOptions = {},
): Promise<ReadResult> {
  const { range, ifNoneMatch, ifMatch, versionId, signal } = options;
  const call = { operation: "read", key, signal };
  const header = range && rangeHeader(range);
  if (range && header === undefined) {
    throw store.fail(call, "invalid-request", "the range ends before it starts");
  }
  if (range && "suffix" in range && range.suffix === 0) {
    // Some stores take the last zero bytes for all of them.
    await stat(store, key, call, versionId);
    throw store.fail(call, "range-not-satisfiable", "the last zero bytes are no range");
  }
  return store.run(call, async (s3, http): Promise<ReadResult> => {
    try {
      const output = await s3.getObject(
        {
          Bucket: store.bucket,
          Key: key,
          ...(header !== undefined && { Range: header }),
          ...(ifNoneMatch !== undefined && { IfNoneMatch: ifNoneMatch }),
          ...(ifMatch !== undefined && { IfMatch: ifMatch }),
          ...(versionId !== undefined && { VersionId: versionId }),
        },
        http,
      );
      return toResult(store, call, key, output);
    } catch (error) {
      if (ifNoneMatch === undefined || statusOf(error) !== NOT_MODIFIED) throw error;
      return { state: "unchanged", etag: ifNoneMatch };
    }
  });
}

/** `undefined` for a range that ends before it starts: a server would ignore it and send everything. */
function rangeHeader(range: ByteRange): string | undefined {
  if ("suffix" in range) return `bytes=-${range.suffix}`;
  if (range.end === undefined) return `bytes=${range.start}-`;
  return range.end < range.start ? undefined : `bytes=${range.start}-${range.end}`;
}

function toResult(
  store: Store,
  call: Call,
  key: ObjectKey,
  output: GetObjectCommandOutput,
): ReadResult {
  if (!(output.Body instanceof Readable)) throw new TypeError("the SDK answered without a stream");
  const body = toBody(output.Body, call.signal, (error) => store.failure(call, error));
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(output.ContentRange ?? "") ?? [];
  if (start !== undefined) {
    const range = { start: Number(start), end: Number(end) };
    return { state: "partial", stat: toStat(key, output, Number(size)), range, body };
  }
  const whole = { state: "full", stat: toStat(key, output), body } as const;
  const { size: bytes } = whole.stat;
  return bytes === 0 ? whole : { ...whole, range: { start: 0, end: bytes - 1 } };
}
