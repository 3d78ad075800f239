import { closeSync } from "node:fs";
import { contentRange, type Offsets, resolveRange } from "@remote-storage/core/http/range.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { DiskConfig, ProviderContext } from "@remote-storage/core/storage/provider-config.ts";
import type {
  Bucket,
  Capabilities,
  ReadOptions,
  ReadResult,
} from "@remote-storage/core/storage/provider.ts";
import { emptyBody, fileBody } from "./body.ts";
import type { OpenFile } from "./confined.ts";
import { toStorageError } from "./failures.ts";
import type { FilePlace } from "./files.ts";
import { checkBucketName } from "./layout.ts";
import { listPage } from "./list.ts";
import { openMultipart } from "./multipart.ts";
import { checkType, createOperate } from "./operate.ts";
import { createSigner } from "./signer.ts";
import { publish, remove, type Store, toStat } from "./store.ts";
import { copyTemporary, fillTemporary } from "./temporary.ts";

const CAPABILITIES: Capabilities = {
  signsLength: true,
  signsChecksum: true,
  signsContentType: true,
  signsCrc32: true,
  keepsMetadata: false,
  signsIfNoneMatch: true,
  versions: false,
};

/** One folder of the store as a bucket. */
export function openBucket(
  name: string,
  store: Store,
  config: DiskConfig,
  context: ProviderContext,
): Bucket {
  const operate = createOperate(name);
  return {
    name,
    can: CAPABILITIES,
    multipart: openMultipart(store, operate),
    stat: (key, options) =>
      operate("stat", key, options, (place) => {
        const stats = store.files.stat(name, key);
        if (stats === undefined) throw notFound(place);
        return toStat(store, name, key, stats);
      }),
    read: (key, options = {}) =>
      operate("read", key, options, (place) => {
        const file = store.files.open(name, key);
        if (file === undefined) throw notFound(place);
        return readOpened(store, file, key, options, place);
      }),
    write: (key, body, options = {}) =>
      operate("write", key, options, async (place) => {
        checkType(options.type, place);
        const temporary = await fillTemporary(store.layout.temporary(), body, {
          ...options,
          place,
        });
        return publish(store, temporary, key, place, options);
      }),
    remove: (key, options = {}) =>
      operate("remove", key, options, (place) => {
        remove(store, place, options.ifMatch);
      }),
    copy: (key, to, options) =>
      operate("copy", key, options, async (place) => {
        checkBucketName({ ...place, bucket: to.bucket, key: to.key });
        const file = store.files.open(name, key);
        if (file === undefined) throw notFound(place);
        try {
          const type = store.types.of(name, key, file.stats);
          const temporary = await copyTemporary(store.layout.temporary(), file.fd);
          const target = { ...place, bucket: to.bucket, key: to.key };
          return publish(store, temporary, to.key, target, { type });
        } finally {
          closeSync(file.fd);
        }
      }),
    list: async (options = {}) => {
      const place = { provider: "http", operation: "list", bucket: name };
      try {
        options.signal?.throwIfAborted();
        checkBucketName(place);
        return await listPage(store, name, options, place);
      } catch (error) {
        throw toStorageError(error, place, options.signal);
      }
    },
    sign: createSigner(name, config, context),
  };
}

/** Takes over the open file: closes it, or leaves that to the body. */
function readOpened(
  store: Store,
  { fd, stats }: OpenFile,
  key: ObjectKey,
  { range, ifMatch, ifNoneMatch, signal }: ReadOptions,
  place: FilePlace,
): ReadResult {
  let body: ReadableStream<Uint8Array> | undefined;
  try {
    const stat = toStat(store, place.bucket, key, stats);
    if (ifMatch !== undefined && ifMatch !== stat.etag) {
      throw new StorageError("precondition-failed", "the object has another etag", place);
    }
    if (ifNoneMatch === stat.etag) return { state: "unchanged", etag: stat.etag };
    const offsets = offsetsOf(range, stat.size, place);
    if (offsets === undefined) return { state: "full", stat, body: emptyBody() };
    body = fileBody(fd, offsets, signal);
    return { state: range === undefined ? "full" : "partial", stat, range: offsets, body };
  } finally {
    if (body === undefined) closeSync(fd);
  }
}

function offsetsOf(
  range: ReadOptions["range"],
  size: number,
  place: FilePlace,
): Offsets | undefined {
  if (range === undefined) return size === 0 ? undefined : { start: 0, end: size - 1 };
  if ("start" in range && range.end !== undefined && range.end < range.start) {
    throw new StorageError("invalid-request", "the range ends before it starts", place);
  }
  const offsets = resolveRange(range, size);
  if (offsets !== undefined) return offsets;
  const message = `no byte of the range is in the object (${contentRange(undefined, size)})`;
  throw new StorageError("range-not-satisfiable", message, place);
}

function notFound(place: FilePlace): StorageError {
  return new StorageError("not-found", "there is no such object", place);
}
