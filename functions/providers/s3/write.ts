import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { ObjectStat, WriteOptions } from "@remote-storage/core/storage/provider.ts";
import type { Conditions } from "./complete.ts";
import { withIfMatch } from "./if-match.ts";
import { pieces } from "./pieces.ts";
import { contentType, toStat } from "./stat.ts";
import type { Call, Store } from "./store.ts";
import { inParts } from "./upload.ts";
import { partSize, uploadParts } from "./upload-parts.ts";

/** What one PUT takes. */
const MAX_PUT = 5 * 1024 ** 3;

/**
 * Up to 8 MiB of a stream go in one PUT, more in parts: what is sent is always at hand for sending
 * again, and a broken connection costs one part.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export async function write(
  store: Store,
  now: () => Date,
  key: ObjectKey,
  body: ReadableStream<Uint8Array> | Uint8Array,
  options: WriteOptions = {},
): Promise<ObjectStat> {
  const { size, signal } = options;
  const call: Call = { operation: "write", key, signal };
  signal?.throwIfAborted();
  if (body instanceof Uint8Array && body.byteLength <= MAX_PUT) {
    checkSize(store, call, body.byteLength, size);
    return put(store, call, now, key, body, options);
  }
  const stream = body instanceof Uint8Array ? ReadableStream.from([body]) : body;
  const cut = pieces(counted(store, call, stream, size), (number) => partSize(number, size));
  try {
    const [first, second] = [await cut.next(), await cut.next()];
    const start = [first, second].flatMap(({ value }) => (value === undefined ? [] : [value]));
    if (second.done === true) {
      return await put(store, call, now, key, start[0] ?? new Uint8Array(), options);
    }
    return await inParts(store, call, key, options, (upload) =>
      uploadParts(store, call, upload, joined(start, cut)),
    );
  } finally {
    await cut.return();
  }
}

async function* joined<T>(first: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* first;
  yield* rest;
}

function checkSize(store: Store, call: Call, actual: number, size = actual): void {
  if (actual === size) return;
  throw store.fail(call, "invalid-request", `the body has ${actual} bytes, not ${size}`);
}

/** The stream's bytes; it fails when they are not as many as was said, and once the signal is aborted. */
async function* counted(
  store: Store,
  call: Call,
  stream: ReadableStream<Uint8Array>,
  size: number | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = call;
  const reader = stream.getReader();
  // A source that is waiting has to be woken. What it says to that is nobody's concern any more.
  const stop = (): void => void Promise.allSettled([reader.cancel(signal?.reason)]);
  signal?.addEventListener("abort", stop, { once: true });
  let count = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) break;
      count += value.byteLength;
      if (size !== undefined && count > size) {
        throw store.fail(call, "invalid-request", `the body has more than ${size} bytes`);
      }
      yield value;
    }
    checkSize(store, call, count, size);
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}

async function put(
  store: Store,
  call: Call,
  now: () => Date,
  key: ObjectKey,
  bytes: Uint8Array,
  { type, ifAbsent, ifMatch }: WriteOptions,
): Promise<ObjectStat> {
  const send = (conditions: Conditions) =>
    store.run(call, async (s3, http) => {
      const output = await s3.putObject(
        {
          Bucket: store.bucket,
          Key: key,
          Body: bytes,
          ContentLength: bytes.byteLength,
          ContentType: contentType(type),
          ...conditions,
        },
        http,
      );
      // The answer does not tell the time, and asking for it would double the cost of a small object.
      const headers = { ...output, ContentType: type, LastModified: now() };
      return toStat(key, headers, bytes.byteLength);
    });
  return ifMatch === undefined
    ? send(ifAbsent === true ? { IfNoneMatch: "*" } : {})
    : withIfMatch(store, { ...call, key }, ifMatch, send);
}
