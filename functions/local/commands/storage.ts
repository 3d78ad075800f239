import { readFileSync } from "node:fs";
import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { openConfig, readStorageConfig, type Storage, type StorageConfig } from "../../storage.ts";
import { ownConfig } from "../own-config.ts";
import { readRemoteLinksFile } from "../remote-links-file.ts";
import { CommandFailure, EXIT, type CommandContext } from "./command.ts";

/** What commands work with: the same buckets and links as the server, opened in this process. */
export interface CommandStorage extends Storage {
  readonly settings: Settings;
  /** What it was opened from, to open it again in a thread. */
  readonly config: StorageConfig;
}

const world = { now: () => new Date(), fetch };

const readFile = (path: string) => readFileSync(path, "utf8");

/**
 * Opens what the environment names.
 *
 * @throws SettingsError, RemoteLinksError
 */
export async function openCommandStorage(env: CommandContext["env"]): Promise<CommandStorage> {
  const settings = parseSettings(env, readFile);
  const remoteLinks = readRemoteLinksFile(settings, readFile);
  const config = await readStorageConfig({
    settings,
    own: ownConfig(settings),
    remoteLinks,
    env,
    readFile,
    ...world,
  });
  return { ...(await openConfig(config, world)), settings, config };
}

/**
 * Splits `public/key` or `private/key` at its first slash.
 *
 * @throws CommandFailure for any other bucket.
 */
export function ownBucket(
  { buckets }: Storage,
  place: string,
): { readonly bucket: Bucket; readonly rest: string } {
  const slash = place.indexOf("/");
  const name = slash === -1 ? place : place.slice(0, slash);
  if (name === "public" || name === "private") {
    return { bucket: buckets[name], rest: slash === -1 ? "" : place.slice(slash + 1) };
  }
  throw new CommandFailure(
    EXIT.usage,
    `no bucket ${JSON.stringify(name)}: begin with public/ or private/, or give a link such as s3://bucket/key`,
  );
}
