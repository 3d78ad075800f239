import type { ProviderContext } from "@remote-storage/core/storage/provider-config.ts";
import { openBucketSource } from "../../../migration/bucket/source.ts";
import { openBucketTarget } from "../../../migration/bucket/target.ts";
import type { Wire } from "../../../migration/bucket/wire.ts";
import { openFolderSource } from "../../../migration/folder/source.ts";
import type { Source } from "../../../migration/source.ts";
import type { Target } from "../../../migration/target.ts";
import type { CommandStorage } from "../storage.ts";
import type { Route } from "./sides.ts";

/** A route whose ends can be read and written. */
export interface Ends {
  readonly source: Source;
  readonly target: Target;
}

/** Throws StorageError `no-bucket` for a folder that is not there. */
export async function openEnds(
  { source, target }: Route,
  { config, settings }: CommandStorage,
  wire: Wire,
  context: ProviderContext,
): Promise<Ends> {
  const { now } = context;
  const { public: one, private: other } = settings.buckets;
  let targetWire = wire;
  if (target.local && config.own.kind === "http") {
    const { createLocalWire } = await import("./local-wire.ts");
    targetWire = createLocalWire(config.own, context, [one, other]);
  }
  return {
    source:
      source.type === "folder"
        ? openFolderSource({ ...source, now })
        : openBucketSource({ ...source, wire }),
    target: openBucketTarget({ ...target, wire: targetWire }),
  };
}
