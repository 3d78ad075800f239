import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { CommandFailure, EXIT } from "../command.ts";
import type { CommandStorage } from "../storage.ts";
import { storeName } from "./store-name.ts";

/** A folder that is read. */
interface FolderSide {
  readonly type: "folder";
  readonly path: string;
  readonly prefix: string;
}

/** A prefix of a bucket. */
export interface BucketSide {
  readonly type: "bucket";
  readonly bucket: Bucket;
  /** Empty, or ending in `/`. */
  readonly prefix: string;
  /** `https://host/bucket/prefix`: for people, and to know the place again. */
  readonly name: string;
  /** True for the local disk, which no request over the network reaches. */
  readonly local: boolean;
}

/** What is copied to where. */
export interface Route {
  readonly source: FolderSide | BucketSide;
  readonly target: BucketSide;
}

/**
 * The routes that the command line names; without any, from the two folders of the local storage to the
 * two buckets of the configured provider.
 *
 * @throws CommandFailure for what leads nowhere.
 */
export function routesOf(
  storage: CommandStorage,
  from: string | undefined,
  to: string | undefined,
): readonly Route[] {
  if (from === undefined && to === undefined) return defaultRoutes(storage);
  if (from === undefined || to === undefined) {
    throw usage("give --from and --to together, or neither: then the local storage is migrated");
  }
  if (!to.includes("://")) {
    throw usage(`--to ${to} is no link: write s3://bucket/prefix/ or fs://bucket/prefix/`);
  }
  const source = from.includes("://")
    ? sourceAt(storage, from)
    : ({ type: "folder", path: resolve(from), prefix: "" } as const);
  const target = sideAt(storage, to, "--to");
  if (placeOf(source) === placeOf(target)) throw usage("--from and --to are the same place");
  return [{ source, target }];
}

function defaultRoutes(storage: CommandStorage): readonly Route[] {
  const { buckets, kind, settings } = storage;
  if (kind === "http") {
    throw usage(
      "the settings name the local disk itself: set STORAGE_PROVIDER and its keys to where the data shall go, or give --from and --to",
    );
  }
  const routes = [buckets.public, buckets.private].map((bucket) => ({
    source: folderOf(settings.dataPath, bucket.name, ""),
    target: ownSide(storage, bucket, ""),
  }));
  const there = routes.filter(({ source }) => existsSync(source.path));
  if (there.length > 0) return there;
  const paths = routes.map(({ source }) => source.path).join(" nor ");
  throw new CommandFailure(EXIT.sourceMissing, `there is neither ${paths}: is DATA_PATH right?`);
}

function sourceAt(storage: CommandStorage, link: string): FolderSide | BucketSide {
  const side = sideAt(storage, link, "--from");
  // Read as files, which is faster, and finds what cannot be an object.
  return side.local ? folderOf(storage.settings.dataPath, side.bucket.name, side.prefix) : side;
}

/**
 * The place that a link means, ending in `/` or at the bucket's name; `option` names it in failures.
 *
 * @throws CommandFailure for a link that is none, or to nowhere that is listed.
 */
export function sideAt(storage: CommandStorage, link: string, option: string): BucketSide {
  const { resolver, buckets } = storage;
  const slashed = /^[^:]+:\/\/[^/]*$/.test(link) ? `${link}/` : link;
  // Links name objects: the place is where any object would lie.
  const located = resolver.locate(`${slashed}-`);
  if (located.type === "error") {
    const { message, hint } = located.error;
    throw usage(`${option} ${link}: ${message}${hint === undefined ? "" : ` (${hint})`}`);
  }
  const bucket = resolver.bucket(located);
  if (located.type !== "object" || bucket === undefined) {
    throw usage(`${option} ${link}: a public link; name a bucket of remote_links.yml`);
  }
  const prefix = located.key.slice(0, -1);
  if (prefix !== "" && !prefix.endsWith("/")) {
    throw usage(`${option} ${link}: end it in / to mean what lies below it`);
  }
  if (bucket === buckets.public || bucket === buckets.private) {
    return ownSide(storage, bucket, prefix);
  }
  const entry = storage.config.entries.find(({ name }) => name === located.provider);
  const store = entry === undefined ? located.provider : storeName(entry.config);
  return {
    type: "bucket",
    bucket,
    prefix,
    name: `${store}/${bucket.name}/${prefix}`,
    local: false,
  };
}

function ownSide({ config, kind }: CommandStorage, bucket: Bucket, prefix: string): BucketSide {
  const name = `${storeName(config.own)}/${bucket.name}/${prefix}`;
  return { type: "bucket", bucket, prefix, name, local: kind === "http" };
}

function folderOf(dataPath: string, bucket: string, prefix: string): FolderSide {
  return { type: "folder", path: resolve(join(dataPath, "storage", bucket)), prefix };
}

function placeOf(side: FolderSide | BucketSide): string {
  return side.type === "folder" ? `${side.path}/${side.prefix}` : resolve("/", side.name);
}

function usage(message: string): CommandFailure {
  return new CommandFailure(EXIT.usage, message);
}
