import { StorageError } from "../../storage/errors.ts";
import type { Bucket, CallOptions, ObjectStat } from "../../storage/provider.ts";
import { type LinkFileBatch, type LinkLine, readLinkFile } from "../link-file.ts";
import { linkId } from "./link-id.ts";
import { createSetIndexBuilder, type SetIndexBuilder, type Stretch } from "./set-index.ts";
import { createSetIndexes, type IndexedSet } from "./set-indexes.ts";
import { setKey, setNameOf, SETS_PREFIX } from "./set-name.ts";

/** One set in a list. */
export interface LinkSet {
  readonly name: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly etag: string;
  readonly modified: Date;
}

/** Link files kept under a name, each as one object of a bucket. Names are valid; failures are `StorageError`s. */
export interface LinkSets {
  list(
    options: CallOptions & { readonly limit: number; readonly cursor?: string },
  ): Promise<{ readonly sets: readonly LinkSet[]; readonly cursor?: string }>;
  /** Throws `not-found`. */
  read(
    name: string,
    options?: CallOptions,
  ): Promise<{ readonly stat: ObjectStat; readonly body: ReadableStream<Uint8Array> }>;
  /**
   * Stores the file as it is, all or nothing, while `judge` is given its links: when `judge` throws,
   * or leaves before the end, nothing is stored. Throws `too-large` for too many links.
   */
  write<Verdict>(
    name: string,
    body: AsyncIterable<Uint8Array>,
    judge: (links: AsyncIterable<LinkFileBatch>) => Promise<Verdict>,
    options?: CallOptions,
  ): Promise<Verdict>;
  /** Removing what is not there succeeds. */
  remove(name: string, options?: CallOptions): Promise<void>;
  /** The first link with this id; `undefined` when there is none. Throws `not-found` for the set. */
  find(name: string, id: string): Promise<LinkLine | undefined>;
  /** Links by their place, counted from 0, and how many there are. Throws `not-found`. */
  slice(
    name: string,
    offset: number,
    limit: number,
  ): Promise<{ readonly total: number; readonly links: readonly LinkLine[] }>;
}

const TYPE = "text/plain; charset=utf-8";

/**
 * Sets in a bucket. Look-ups read one stretch of the file, found by an index that is made when a set is
 * written or first asked for, and that is bound to the file's version: whoever else writes the object,
 * nothing stale is ever answered.
 */
export function createLinkSets(bucket: Bucket): LinkSets {
  const indexes = createSetIndexes(async (name) => {
    const { stat, body } = await read(name);
    const builder = createSetIndexBuilder();
    for await (const batch of readLinkFile(body)) builder.add(batch);
    return { etag: stat.etag, index: builder.build() };
  });

  async function read(name: string, options: CallOptions = {}) {
    const result = await bucket.read(setKey(name), options);
    if (result.state === "unchanged") throw new TypeError("asked for without a condition");
    return result;
  }

  /** The links of a stretch. Throws `precondition-failed` when the file is another one by now. */
  async function* readStretch(
    name: string,
    etag: string,
    { start, end, lines }: Stretch,
  ): AsyncGenerator<LinkLine> {
    if (end === start) return;
    const range = { start, end: end - 1 };
    const result = await bucket.read(setKey(name), { range, ifMatch: etag });
    if (result.state === "unchanged") return;
    for await (const { links } of readLinkFile(result.body, lines + 1)) yield* links;
  }

  /** Works with the index of the file as it is: once more when it changes meanwhile. */
  async function withIndex<Result>(
    name: string,
    work: (indexed: IndexedSet) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work(await indexes.get(name));
    } catch (error) {
      if (!(error instanceof StorageError) || error.kind !== "precondition-failed") throw error;
      indexes.drop(name);
      return await work(await indexes.get(name));
    }
  }

  return {
    async list(options) {
      const page = await bucket.list({ ...options, prefix: SETS_PREFIX, delimiter: "/" });
      const sets = page.objects.flatMap(({ key, size, etag, modified }) => {
        const name = setNameOf(key);
        return name === undefined ? [] : [{ name, size, etag, modified }];
      });
      return { sets, ...(page.cursor !== undefined && { cursor: page.cursor }) };
    },
    read,
    async write(name, body, judge, options = {}) {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      const builder = createSetIndexBuilder();
      const written = bucket.write(setKey(name), readable, { ...options, type: TYPE });
      // Ends the reading too, whatever the store has done with its stream.
      written.catch(() => writer.abort(STOPPED)).catch(() => undefined);
      const judged = judge(indexing(readLinkFile(copying(body, writer)), builder));
      // Undoes the writing, unless all was read and written before.
      const end = (): Promise<void> =>
        writer.abort(new Error("the link file was not read to its end"));
      judged.then(end, end).catch(() => undefined);
      const [verdict, stored] = await Promise.allSettled([judged, written]);
      if (verdict.status === "rejected" && verdict.reason !== STOPPED) throw verdict.reason;
      if (stored.status === "rejected") throw stored.reason;
      if (verdict.status === "rejected") throw verdict.reason;
      indexes.put(name, { etag: stored.value.etag, index: builder.build() });
      return verdict.value;
    },
    async remove(name, options) {
      indexes.drop(name);
      await bucket.remove(setKey(name), options);
    },
    find: (name, id) =>
      withIndex(name, async ({ etag, index }) => {
        for (const stretch of index.find(id)) {
          for await (const line of readStretch(name, etag, stretch)) {
            if (linkId(line.link) === id) return line;
          }
        }
        return undefined;
      }),
    slice: (name, offset, limit) =>
      withIndex(name, async ({ etag, index }) => {
        const { total } = index;
        const count = Math.min(limit, total - offset);
        if (count <= 0) return { total, links: [] };
        const stretch = index.range(offset, offset + count - 1);
        const found = readStretch(name, etag, stretch);
        const skipped = offset - stretch.links;
        const links: LinkLine[] = [];
        let place = 0;
        for await (const line of found) {
          if (place++ >= skipped) links.push(line);
          if (links.length === count) break;
        }
        return { total, links };
      }),
  };
}

/** Why the reading ended: the writing did. */
const STOPPED = new Error("the link file could not be stored");

/** Hands each chunk on and writes it, as fast as both are taken. */
async function* copying(
  body: AsyncIterable<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    yield chunk;
    await writer.write(chunk);
  }
  await writer.close();
}

async function* indexing(
  batches: AsyncIterable<LinkFileBatch>,
  builder: SetIndexBuilder,
): AsyncGenerator<LinkFileBatch> {
  for await (const batch of batches) {
    builder.add(batch);
    yield batch;
  }
}
