import { unescape } from "node:querystring";
import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { ListOptions, Page } from "@remote-storage/core/storage/provider.ts";
import { fromCursor, toCursor } from "./cursor.ts";
import { toEtag } from "./stat.ts";
import type { Call, Store } from "./store.ts";

const MAX_KEYS = 1000;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export async function list(store: Store, options: ListOptions = {}): Promise<Page> {
  const { prefix = "", delimiter = "", limit = MAX_KEYS, cursor, signal } = options;
  const call = { operation: "list", signal };
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_KEYS) {
    throw store.fail(call, "invalid-request", `a page holds 1 to ${MAX_KEYS} names, not ${limit}`);
  }
  const token = cursor === undefined ? undefined : fromCursor(cursor);
  if (cursor !== undefined && token === undefined) {
    throw store.fail(call, "invalid-request", "the cursor is not one of a listing");
  }
  const output = await ask(store, call, {
    MaxKeys: limit,
    ...(prefix !== "" && { Prefix: prefix }),
    ...(delimiter !== "" && { Delimiter: delimiter }),
    ...(token !== undefined && { ContinuationToken: token }),
  });
  const objects = (output.Contents ?? []).map(({ Key = "", Size, ETag, LastModified }) => ({
    key: parseKey(decode(Key)),
    size: Size ?? 0,
    etag: toEtag(ETag),
    modified: LastModified ?? new Date(0),
  }));
  const prefixes = (output.CommonPrefixes ?? []).map(({ Prefix = "" }) => decode(Prefix));
  const next = output.NextContinuationToken;
  return output.IsTruncated === true && next !== undefined
    ? { objects, prefixes, cursor: toCursor(next) }
    : { objects, prefixes };
}

type Wish = Pick<
  ListObjectsV2CommandInput,
  "MaxKeys" | "Prefix" | "Delimiter" | "ContinuationToken"
>;

async function ask(
  store: Store,
  call: Call,
  wish: Wish,
): Promise<Partial<ListObjectsV2CommandOutput>> {
  try {
    // XML cannot carry every character that a key can, so names come percent-encoded.
    const input = { ...wish, Bucket: store.bucket, EncodingType: "url" } as const;
    return await store.run(call, (s3, http) => s3.listObjectsV2(input, http));
  } catch (error) {
    // A prefix that no key of this store can have matches nothing.
    if (error instanceof StorageError && error.kind === "invalid-key") return {};
    throw error;
  }
}

/** Form encoding: a space is `+`. One name that is not UTF-8 must not end the listing, so nothing throws. */
function decode(name: string): string {
  return unescape(name.replaceAll("+", " "));
}
