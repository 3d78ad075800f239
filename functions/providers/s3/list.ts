import { unescape } from "node:querystring";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { ListOptions, Page } from "@remote-storage/core/storage/provider.ts";
import { fromCursor, toCursor } from "./cursor.ts";
import type { Store } from "./store.ts";

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
  const output = await store.run(call, (s3, http) =>
    s3.listObjectsV2(
      {
        Bucket: store.bucket,
        // XML cannot carry every character that a key can.
        EncodingType: "url",
        MaxKeys: limit,
        ...(prefix !== "" && { Prefix: prefix }),
        ...(delimiter !== "" && { Delimiter: delimiter }),
        ...(token !== undefined && { ContinuationToken: token }),
      },
      http,
    ),
  );
  const objects = (output.Contents ?? []).map(({ Key = "", Size, ETag, LastModified }) => ({
    key: parseKey(decode(Key)),
    size: Size ?? 0,
    etag: ETag ?? "",
    modified: LastModified ?? new Date(0),
  }));
  const prefixes = (output.CommonPrefixes ?? []).map(({ Prefix = "" }) => decode(Prefix));
  const next = output.NextContinuationToken;
  return output.IsTruncated === true && next !== undefined
    ? { objects, prefixes, cursor: toCursor(next) }
    : { objects, prefixes };
}

/** Form encoding: a space is `+`. One name that is not UTF-8 must not end the listing, so nothing throws. */
function decode(name: string): string {
  return unescape(name.replaceAll("+", " "));
}
