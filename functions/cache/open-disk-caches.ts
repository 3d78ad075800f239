import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Caches } from "@remote-storage/core/caches/caches.ts";
import type { Log } from "@remote-storage/core/log.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { openDiskStore } from "./disk/disk-store.ts";
import { openCaches } from "./open-caches.ts";

/** Caches that have to be closed. */
export interface DiskCaches {
  readonly caches: Caches;
  /** Resolves once everything that an earlier process left is known. */
  readonly scanned: Promise<unknown>;
  /** Resolves once everything that is on its way to the disk is there. */
  close(): Promise<void>;
}

interface Host {
  readonly now: () => Date;
  readonly log: Log;
  /** Another process may be serving from the folders: see `DiskStoreOptions`. */
  readonly guest?: boolean;
}

/** The three caches in folders of `DATA_PATH/cache`. Reading what is there goes on in the background. */
export function openDiskCaches(
  { dataPath, caches: settings }: Pick<Settings, "dataPath" | "caches">,
  { now, log, guest = false }: Host,
): DiskCaches {
  const owner = randomBytes(6).toString("hex");
  const open = (name: string, limit: number) =>
    openDiskStore({
      folder: join(dataPath, "cache", name),
      limit,
      now: () => now().getTime(),
      log,
      owner,
      guest,
    });
  const stores = {
    previews: open("previews", settings.previews.size),
    storage: open("storage", settings.storage.size),
    "image-converter": open("image-converter", settings.imageConverter.size),
  };
  return {
    caches: openCaches({ settings, stores, now, random: Math.random, log }),
    scanned: Promise.all(Object.values(stores).map((store) => store.scanned)),
    async close() {
      await Promise.all(Object.values(stores).map((store) => store.close()));
    },
  };
}
