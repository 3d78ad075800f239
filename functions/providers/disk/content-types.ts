import { hash } from "node:crypto";
import { type BigIntStats, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import mime from "mime";
import { errnoOf } from "./errno.ts";
import { etagOf } from "./etag.ts";
import type { Layout } from "./layout.ts";

const UNKNOWN = "application/octet-stream";

export interface ContentTypes {
  /** The type that the writer gave, else the one that the name's ending suggests. */
  of(bucket: string, key: string, stats: BigIntStats): string;
  /** What {@link ContentTypes.of} looks up, for many objects at a time: nothing is, in a bucket that has no kept types. */
  reader(bucket: string): (key: string, stats: BigIntStats) => string;
  /** Remembers the writer's type for exactly this file. */
  keep(bucket: string, key: string, stats: BigIntStats, type: string | undefined): void;
  forget(bucket: string, key: string): void;
}

/**
 * Content types, kept outside the buckets' folders so that these hold nothing but objects. Each is
 * bound to its file's size, time and inode: a file replaced by hand does not inherit a type. Only
 * what differs from the guess is kept, so most objects cost no second file.
 */
export function createContentTypes(layout: Layout): ContentTypes {
  const pathOf = (bucket: string, key: string): string => {
    const hashed = hashOf(key);
    return layout.own(...folderOf(bucket, hashed), hashed.slice(2));
  };
  const of: ContentTypes["of"] = (bucket, key, stats) =>
    readRecord(pathOf(bucket, key), etagOf(stats)) ?? guess(key);
  return {
    of,
    reader: (bucket) =>
      existsSync(layout.own("types", bucket)) ? (key, stats) => of(bucket, key, stats) : guess,
    keep: (bucket, key, stats, type) => {
      if (type === undefined || type === guess(key)) {
        rmSync(pathOf(bucket, key), { force: true });
        return;
      }
      layout.makeOwn(...folderOf(bucket, hashOf(key)));
      writeFileSync(pathOf(bucket, key), `${etagOf(stats)}\n${type}`);
    },
    forget: (bucket, key) => {
      rmSync(pathOf(bucket, key), { force: true });
    },
  };
}

function folderOf(bucket: string, hashed: string): string[] {
  return ["types", bucket, hashed.slice(0, 2)];
}

function hashOf(key: string): string {
  return hash("sha256", key);
}

function guess(key: string): string {
  // The slash makes it a path: a bare `c` or `.png` would be taken for an ending.
  return mime.getType(`/${key}`) ?? UNKNOWN;
}

function readRecord(path: string, etag: string): string | undefined {
  // Most objects have none, and to make an error of that costs more than all the rest of a small read.
  if (!existsSync(path)) return undefined;
  try {
    const text = readFileSync(path, "utf8");
    return text.startsWith(`${etag}\n`) ? text.slice(etag.length + 1) : undefined;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
