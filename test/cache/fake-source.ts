import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { OriginalRead, Source } from "@remote-storage/core/caches/caches.ts";
import { resolveRange } from "@remote-storage/core/http/range.ts";
import type { ReadOptions } from "@remote-storage/core/storage/provider.ts";

/** An object at a store that notes what is asked of it. */
export interface FakeSource extends Source {
  readonly asked: ReadOptions[];
  /** Reads that carried bytes. */
  readonly sent: () => number;
  body: Buffer;
  etag: string;
  /** Thrown instead of an answer. */
  failure: Error | undefined;
  /** Each body breaks after so many bytes, so many times. */
  breaks: { after: number; times: number };
  /** Awaited before an answer. */
  gate: Promise<void> | undefined;
}

export function fakeSource(key: string, body: Buffer | string, revalidate?: number): FakeSource {
  let sent = 0;
  const source: FakeSource = {
    provider: "s3",
    bucket: "bucket",
    key,
    ...(revalidate !== undefined && { revalidate }),
    asked: [],
    sent: () => sent,
    body: Buffer.from(body),
    etag: '"1"',
    failure: undefined,
    breaks: { after: 0, times: 0 },
    gate: undefined,
    async read(options): Promise<OriginalRead> {
      source.asked.push(options);
      await source.gate;
      if (source.failure !== undefined) throw source.failure;
      const { etag } = source;
      if (options.ifNoneMatch === etag) return { state: "unchanged", etag };
      if (options.ifMatch !== undefined && options.ifMatch !== etag) {
        throw failure("precondition-failed");
      }
      sent += 1;
      const { length: size } = source.body;
      const stat = { size, etag, type: "image/tiff", modified: new Date("2029-12-31T00:00:00Z") };
      const range = options.range && resolveRange(options.range, size);
      const bytes = range ? source.body.subarray(range.start, range.end + 1) : source.body;
      const stream = ReadableStream.from(send(bytes));
      return range
        ? { state: "partial", stat, range, body: stream }
        : { state: "full", stat, body: stream };
    },
  };

  async function* send(bytes: Buffer) {
    const breaking = source.breaks.times > 0;
    if (breaking) source.breaks.times -= 1;
    const end = breaking ? source.breaks.after : bytes.length;
    for (let at = 0; at < end; at += 100_000) yield bytes.subarray(at, Math.min(end, at + 100_000));
    if (breaking) throw failure("unavailable");
  }

  return source;
}

export function failure(kind: StorageError["kind"]): StorageError {
  return new StorageError(kind, `it is ${kind}`, { provider: "s3", operation: "read" });
}
