import type { PurgeScope } from "@remote-storage/core/caches/caches.ts";
import { CommandFailure, EXIT } from "../command.ts";
import { ownBucket, type CommandStorage } from "../storage.ts";

/**
 * What `cache purge` means by its argument.
 *
 * @throws CommandFailure naming what is wrong with it.
 */
export function toPurgeScope(what: string, prefix: boolean, storage: CommandStorage): PurgeScope {
  if (what === "all") return { all: true };
  const { provider, bucket, key } = what.includes("://")
    ? linked(what, storage)
    : own(what, storage);
  if (key === "" && !prefix) {
    throw new CommandFailure(EXIT.usage, `${what} names no object: add its key, or --prefix`);
  }
  return prefix ? { provider, bucket, prefix: key } : { provider, bucket, key };
}

function own(place: string, storage: CommandStorage) {
  const { bucket, rest } = ownBucket(storage, place);
  return { provider: "fs", bucket: bucket.name, key: rest };
}

function linked(link: string, { resolver }: CommandStorage) {
  const located = resolver.locate(link);
  if (located.type === "error") throw new CommandFailure(EXIT.usage, located.error.message);
  if (located.type === "object") return located;
  const { url } = located;
  return { provider: url.slice(0, url.indexOf(":")).toLowerCase(), bucket: "", key: url };
}
