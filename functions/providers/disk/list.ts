import { lstatSync } from "node:fs";
import { join } from "node:path";
import { type ErrorPlace, StorageError } from "@remote-storage/core/storage/errors.ts";
import { MAX_KEY_BYTES, parseKey } from "@remote-storage/core/storage/key.ts";
import type { ListedObject, ListOptions, Page } from "@remote-storage/core/storage/provider.ts";
import { etagOf } from "./etag.ts";
import type { Store } from "./store.ts";
import { type Found, walk, type Wanted } from "./walk.ts";

const MAX_PAGE = 1000;

/** Where a page ended: at a key, or at a prefix that stands for all keys that begin with it. */
interface Position {
  readonly kind: "key" | "prefix";
  readonly text: string;
}

/** One page of a bucket's folder; see `Bucket.list`. */
export async function listPage(
  { layout, sortedNames }: Pick<Store, "layout" | "sortedNames">,
  bucket: string,
  options: ListOptions,
  place: ErrorPlace,
): Promise<Page> {
  const root = layout.storage();
  const { prefix = "", delimiter = "", limit = MAX_PAGE, cursor, signal } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new StorageError("invalid-request", `a page holds 1 to ${MAX_PAGE} entries`, place);
  }
  checkFolder(root, bucket, place);
  const from = cursor === undefined ? undefined : openCursor(cursor, place);
  const wanted: Wanted = {
    prefix,
    after: from?.text ?? "",
    skip: from?.kind === "prefix" ? from.text : undefined,
  };

  const objects: ListedObject[] = [];
  const prefixes: string[] = [];
  let last: Position | undefined;
  for await (const found of walk(root, bucket, wanted, sortedNames)) {
    signal?.throwIfAborted();
    if (!isListable(found, wanted)) continue;
    if (objects.length + prefixes.length === limit && last !== undefined) {
      return { objects, prefixes, cursor: toCursor(last) };
    }
    const rolled = rollUp(found.key, prefix, delimiter);
    if (rolled === undefined) {
      objects.push(toListed(found));
      last = { kind: "key", text: found.key };
    } else {
      prefixes.push(rolled);
      last = { kind: "prefix", text: rolled };
      wanted.skip = rolled;
    }
  }
  return { objects, prefixes };
}

/** A bucket not written to yet has no folder and no objects. What is no folder is a mistake to be told. */
function checkFolder(root: string, bucket: string, place: ErrorPlace): void {
  const stats = lstatSync(join(root, bucket), { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return;
  throw new StorageError("denied", "the bucket's folder is a link or not a folder", place);
}

/** A file put there by hand may have a path that is too long for a key. */
function isListable({ key }: Found, { skip }: Wanted): boolean {
  if (skip !== undefined && key.startsWith(skip)) return false;
  return key.length * 3 <= MAX_KEY_BYTES || Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

function rollUp(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "") return undefined;
  const index = key.indexOf(delimiter, prefix.length);
  return index === -1 ? undefined : key.slice(0, index + delimiter.length);
}

function toListed({ key, stats }: Found): ListedObject {
  return {
    key: parseKey(key),
    size: Number(stats.size),
    etag: etagOf(stats),
    modified: stats.mtime,
  };
}

function toCursor({ kind, text }: Position): string {
  return Buffer.from(`${kind}:${text}`).toString("base64url");
}

function openCursor(cursor: string, place: ErrorPlace): Position {
  const match = /^(key|prefix):(.+)$/s.exec(Buffer.from(cursor, "base64url").toString());
  const [, kind, text] = match ?? [];
  if (text === undefined) {
    throw new StorageError("invalid-request", "the cursor is not one of this listing", place);
  }
  return { kind: kind === "prefix" ? "prefix" : "key", text };
}
